import Foundation
import ParticleEngine
import Testing

/// Limits of control groups, read from files as Linux shows them.
@Suite("Control groups")
struct ControlGroupsTests {
  /// A copy of a system's files.
  private final class Files {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("groups-\(UUID().uuidString)")
      .path

    init(_ texts: [String: String]) throws {
      for (path, text) in texts {
        let file = URL(fileURLWithPath: root + path)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }
  }

  private static let unified =
    "41 31 0:38 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
  private static let memory = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
  private static let processor = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"

  // Seen to catch: the own group's limit alone.
  @Test("of version 2 the tightest group on the way up counts, and what the system can drop is not taken")
  func second() throws {
    let files = try Files([
      "/proc/self/cgroup": "0::/job/step\n", "/proc/self/mountinfo": Self.unified,
      "/sys/fs/cgroup/job/memory.max": "1000000\n", "/sys/fs/cgroup/job/memory.current": "700000\n",
      "/sys/fs/cgroup/job/memory.stat": "anon 300000\nactive_file 150000\ninactive_file 250000\n",
      "/sys/fs/cgroup/job/step/memory.max": "max\n", "/sys/fs/cgroup/job/step/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/job/cpu.max": "150000 100000\n",
    ])
    let groups = ControlGroups(root: files.root)
    #expect(groups.memoryLeft == 1_000_000 - (700_000 - 400_000))
    #expect(groups.processors == 1.5)
  }

  @Test("of version 1 likewise, controller by controller")
  func first() throws {
    let files = try Files([
      "/proc/self/cgroup": "4:memory:/job\n3:cpu,cpuacct:/job\n1:name=systemd:/\n0::/\n",
      "/proc/self/mountinfo": Self.memory + Self.processor + Self.unified,
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "/sys/fs/cgroup/memory/job/memory.limit_in_bytes": "5000000\n",
      "/sys/fs/cgroup/memory/job/memory.usage_in_bytes": "2000000\n",
      "/sys/fs/cgroup/memory/job/memory.stat": "cache 9\ntotal_active_file 0\ntotal_inactive_file 500000\n",
      "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us": "50000\n",
      "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
    ])
    let groups = ControlGroups(root: files.root)
    #expect(groups.memoryLeft == 3_500_000)
    #expect(groups.processors == 0.5)
  }

  @Test("in a container the group is called as outside, and its folder is the mount")
  func container() throws {
    let files = try Files([
      "/proc/self/cgroup": "4:memory:/docker/abc\n",
      "/proc/self/mountinfo": "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "300\n",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "100\n",
    ])
    #expect(ControlGroups(root: files.root).memoryLeft == 200)
  }

  @Test("without limits, without groups and with nonsense there is none")
  func none() throws {
    let files = try Files([
      "/proc/self/cgroup": "0::/x\nnonsense\n::\n", "/proc/self/mountinfo": "1 2\n - \n" + Self.unified,
    ])
    #expect(ControlGroups(root: files.root).memoryLeft == nil)
    #expect(ControlGroups(root: files.root).processors == nil)
    #expect(ControlGroups(root: "/no/such/folder").memoryLeft == nil)
  }

  @Test("the least of the machine's memory and the group's is what a run may hold, with what it holds now")
  func allowance() throws {
    var texts = [
      "/proc/self/status": "VmSize:\t 100 kB\nVmRSS:\t  20 kB\n",
      "/proc/meminfo": "MemTotal: 900 kB\nMemAvailable:  500 kB\nSwapFree: 4 kB\n",
    ]
    let machine = try Files(texts)
    let least = MemoryAllowance.least(threads: 1, root: machine.root)
    #expect(least?.bytes == 524 * 1024)
    #expect(least?.source == "this machine")
    #expect(least?.sentence == "this machine leaves the run 0.5 MB")
    texts["/proc/self/cgroup"] = "0::/\n"
    texts["/proc/self/mountinfo"] = Self.unified
    texts["/sys/fs/cgroup/memory.max"] = "409600\n"
    let group = try Files(texts)
    #expect(MemoryAllowance.least(threads: 1, root: group.root)?.bytes == 409_600 + 20 * 1024)
  }

  @Test("a share of time rounds up, and is no more than the cores that are allowed")
  func processors() {
    #expect(Processors.count(allowed: 8, share: nil) == 8)
    #expect(Processors.count(allowed: 8, share: 2.5) == 3)
    #expect(Processors.count(allowed: 8, share: 0.1) == 1)
    #expect(Processors.count(allowed: 2, share: 64) == 2)
    #expect(Processors.count(allowed: 0, share: .infinity) == 1)
    #expect(Processors.available >= 1)
  }
}
