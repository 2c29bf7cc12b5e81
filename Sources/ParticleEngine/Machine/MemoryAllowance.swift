import Libc

/// How much memory this process may hold, and who says so.
public struct MemoryAllowance: Sendable, Equatable {
  /// What the process may hold in all, with what it holds now, in bytes.
  public let bytes: Int
  /// What sets it, such as "this machine", in a sentence that goes on with "leaves the run … MB".
  public let source: String

  init(bytes: Int, source: String) {
    self.bytes = bytes
    self.source = source
  }

  /// Such as "this machine leaves the run 1500.0 MB".
  public var sentence: String { "\(source) leaves the run \(Self.text(bytes))" }

  /// A number of bytes in megabytes, to a tenth.
  public static func text(_ bytes: Int) -> String { "\((Double(bytes) / 1e5).rounded() / 10) MB" }

  /// The least of what the machine has left, what the control groups allow and what `ulimit -v` and `-d` do; nil where the
  /// system says nothing.
  ///
  /// - Parameters:
  ///   - threads: How many threads the process is going to have.
  ///   - reserved: What each of them asks the system for besides its stack, used or not.
  public static func least(threads: Int = 1, reserved: Int = 0) -> MemoryAllowance? {
    least(threads: threads, reserved: reserved, root: "")
  }

  /// - Parameter root: The folder above the system's files.
  package static func least(threads: Int, reserved: Int = 0, root: String) -> MemoryAllowance? {
    let status = KernelTable(root + "/proc/self/status")
    let held = status["VmRSS"] ?? 0
    var allowances: [MemoryAllowance] = []
    func allow(_ left: Int?, _ source: String) {
      guard let left else { return }
      allowances.append(MemoryAllowance(bytes: held.addingSaturating(max(0, left)), source: source))
    }
    let machine = KernelTable(root + "/proc/meminfo")
    allow(machine["MemAvailable"].map { $0 + (machine["SwapFree"] ?? 0) }, "this machine")
    allow(ControlGroups(root: root).memoryLeft, "the control group (cgroup) of this process")
    #if os(Linux)
      let stacks = max(0, threads - 1).multipliedSaturating(by: HelperThread.stackBytes + reserved)
      for (resource, taken, source) in [
        (RLIMIT_AS, status["VmSize"], "ulimit -v"), (RLIMIT_DATA, status["VmData"], "ulimit -d"),
      ] {
        var limit = rlimit()
        guard getrlimit(Int32(clamping: resource.rawValue), &limit) == 0, let taken,
          let allowed = Int(exactly: limit.rlim_cur)
        else { continue }
        // These limits count what is asked for and not what is used, and arrays that grow ask for more than they use.
        allow((allowed - taken - stacks - (16 << 20)) / 5 * 4, source)
      }
    #endif
    return allowances.min { $0.bytes < $1.bytes }
  }
}

/// A file of the kernel with a name, a colon and kibibytes on each line, in bytes.
struct KernelTable {
  private var bytes: [Substring: Int] = [:]

  init(_ path: String) {
    guard let text = (try? FileBytes.read(path)).map({ String(decoding: $0, as: UTF8.self) }) else { return }
    for line in text.split(separator: "\n") where line.hasSuffix(" kB") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let number = parts[1].split(whereSeparator: { $0 == " " || $0 == "\t" }).first
      else { continue }
      bytes[parts[0]] = Int(number).map { $0.multipliedSaturating(by: 1024) }
    }
  }

  subscript(_ name: Substring) -> Int? { bytes[name] }
}
