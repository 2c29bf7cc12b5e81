import Libc

/// Whether a run's scores and particles belong to one density, by Stein's identity `E⟨y, S⟩ = −D` at every level.
///
/// A residual that is not 0 by more than its error says that the scores are no density's on the way from noise to data, as those of a
/// network that has not learnt enough are, or that the particles have not come to where the composition is. One that is 0 says
/// little: many wrong scores have it.
public struct ScoreConsistency: Sendable, Equatable {
  /// `E⟨y, S⟩/D + 1`, averaged over the path in log v; its error takes all levels to be wrong together.
  public let mean: Double
  /// The standard error of `mean`.
  public let meanError: Double
  /// The residual that is the most of its own standard errors.
  public let largest: Double
  /// The standard error of `largest`.
  public let largestError: Double
  /// `v` of the level of `largest`, in squared data units.
  public let noiseLevel: Double

  /// - Returns: Nil where no level has a residual with an error.
  init?(_ trace: [StepReport]) {
    var (length, sum, errors) = (0.0, 0.0, 0.0)
    var worst: (ratio: Double, value: Double, error: Double, level: Double)?
    for (index, row) in trace.enumerated() {
      guard let residual = row.scoreResidual.map(Double.init),
        let error = row.scoreResidualError.map(Double.init)
      else { continue }
      let before = trace[max(0, index - 1)].noiseLevel
      let after = trace[min(trace.count - 1, index + 1)].noiseLevel
      let share = log(before / after)
      (length, sum, errors) = (length + share, sum + share * residual, errors + share * error)
      let ratio = error > 0 ? abs(residual) / error : 0
      if ratio > worst?.ratio ?? -1 { worst = (ratio, residual, error, row.noiseLevel) }
    }
    guard let worst, length > 0 else { return nil }
    mean = sum / length
    meanError = errors / length
    (largest, largestError, noiseLevel) = (worst.value, worst.error, worst.level)
  }
}

extension RunResult {
  /// Whether scores and particles belong to one density; nil where weights are no sum of rates, and where more than scores is in
  /// the drift.
  public var scoreConsistency: ScoreConsistency? { ScoreConsistency(trace) }
}
