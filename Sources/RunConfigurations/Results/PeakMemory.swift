import FeynmanKac

/// The memory of this process, by what the system says.
enum PeakMemory {
  /// The most that the process has held at any time, in bytes; nil where the system does not say.
  static var measured: Int? { bytes(of: "VmHWM:") }

  /// What it holds now.
  static var held: Int? { bytes(of: "VmRSS:") }

  private static func bytes(of name: String) -> Int? {
    guard let status = try? FileBytes.read("/proc/self/status") else { return nil }
    for line in String(decoding: status, as: UTF8.self).split(separator: "\n") where line.hasPrefix(name) {
      let kibibytes = line.dropFirst(name.count).split { $0 == " " || $0 == "\t" }.first
      return kibibytes.flatMap { Int($0) }.map { $0 * 1024 }
    }
    return nil
  }
}
