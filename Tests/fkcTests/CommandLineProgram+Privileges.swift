import Foundation

extension CommandLineProgram {
  /// Whether disks of a few kilobytes and other namespaces of processes can be had, which takes root.
  static let hasNamespaces = succeeds("unshare -m sh -c 'mount -t tmpfs none /mnt' && unshare -pf true")

  /// Whether another user may run the program, which takes root and a folder that this user may look into.
  static let hasOtherUser = succeeds("setpriv --reuid=65534 --clear-groups \"$FKC\" --version")

  private static func succeeds(_ line: String) -> Bool {
    let probe = Process()
    probe.executableURL = URL(fileURLWithPath: "/bin/sh")
    probe.arguments = ["-c", line]
    probe.environment = ProcessInfo.processInfo.environment.merging(["FKC": executable.path]) { $1 }
    probe.standardError = FileHandle.nullDevice
    probe.standardOutput = FileHandle.nullDevice
    do { try probe.run() } catch { return false }
    probe.waitUntilExit()
    return probe.terminationStatus == 0
  }
}
