import FeynmanKac
import ScoreNetworks

/// The most memory that a run and its report will hold at any time, and whether there is so much.
package struct MemoryNeed {
  /// The most memory in bytes, with what this process holds now.
  package let peak: Int
  private let file: String
  private let threads: Int

  /// Pages of program and of the C library's heap that a run and its report touch and a check does not, and for each
  /// thread its stack. What OpenBLAS packs matrices into is not more than what reading a network's file leaves free.
  private static let program = 8 << 20
  private static let thread = 1 << 19
  /// The report's part: normalised weights, and beside them two columns of coordinates, or three of log-weights where these
  /// differ.
  private static func reportBytesPerParticle(areEqual: Bool) -> Int { 8 + (areEqual ? 16 : 24) }
  /// The trace's part: at most its text twice, while it grows, or once with its lines and what a report makes of them.
  private static let reportBytesPerStep = 2 * 160

  /// - Parameter keepsTrajectory: Its trajectory stays in memory.
  package init(_ plan: Sampler.Plan, of configuration: RunConfiguration, keepsTrajectory: Bool = false) {
    file = configuration.file
    threads = plan.threads
    let isDrawn = configuration.drawsSamples
    // What is drawn anew is a second result.
    let results = plan.resultBytes * (isDrawn ? 2 : 1)
    let areEqual = isDrawn || configuration.sampler.correction == .none
    let report =
      results + Self.reportBytesPerParticle(areEqual: areEqual) * configuration.resultParticles
      + Self.reportBytesPerStep * plan.noiseLevels.count
    let kept = keepsTrajectory ? plan.trajectory.map(RecordedTrajectory.bytes) ?? 0 : 0
    let fixed = Self.program + plan.threads * Self.thread + kept
    peak = max(PeakMemory.measured ?? 0, (PeakMemory.held ?? 0) + fixed + max(plan.memoryBytes, report))
  }

  /// - Throws: `CommandFailure` where the machine, a control group or a limit leaves less.
  package func check() throws {
    guard
      let allowance = MemoryAllowance.least(
        threads: threads, reserved: BLAS.isLoaded ? BLAS.bytesPerThread : 0), peak > allowance.bytes
    else { return }
    throw CommandFailure(
      .badData,
      [
        "\(file): a run would hold \(MemoryAllowance.text(peak)) of memory, but \(allowance.sentence)"
          + "; take fewer particles, steps or threads"
      ])
  }
}
