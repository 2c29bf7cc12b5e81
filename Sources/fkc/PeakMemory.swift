import FeynmanKac
import Foundation

/// The memory of this process, by what the system says, and of a run of it, by what the plan says.
enum PeakMemory {
  /// The most that the process has held at any time, in bytes; nil where the system does not say.
  static var measured: Int? { bytes(of: "VmHWM:") }

  /// What it holds now.
  private static var held: Int? { bytes(of: "VmRSS:") }

  /// Pages of program and of the C library's heap that a run and its report touch and a check does not, and for each
  /// thread its stack. What OpenBLAS packs matrices into is not more than what reading a network's file leaves free.
  private static let program = 3 << 20
  private static let thread = 1 << 19
  /// Of the report: normalised weights, and beside them two columns of coordinates, or three of log-weights where these
  /// differ.
  private static func reportBytesPerParticle(areEqual: Bool) -> Int { 8 + (areEqual ? 16 : 24) }

  /// The most that `fkc run` will hold: what this process holds now, with its config and its models, and what a run needs.
  static func forecast(
    _ plan: Sampler.Plan, of configuration: RunConfiguration, threads: Int
  ) -> Int {
    let particles = configuration.particles
    let isDrawn = configuration.settings["output"]?["samples"]?.text == "resampled"
    // What is drawn anew is a second result.
    let results = plan.resultBytes * (isDrawn ? 2 : 1)
    let areEqual = isDrawn || configuration.sampler.correction == .none
    let report = results + reportBytesPerParticle(areEqual: areEqual) * particles
    let fixed = program + threads * thread
    return max(measured ?? 0, (held ?? 0) + fixed + max(plan.memoryBytes, report))
  }

  private static func bytes(of name: String) -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
    for line in status.split(separator: "\n") where line.hasPrefix(name) {
      let kibibytes = line.dropFirst(name.count).split { $0 == " " || $0 == "\t" }.first
      return kibibytes.flatMap { Int($0) }.map { $0 * 1024 }
    }
    return nil
  }
}
