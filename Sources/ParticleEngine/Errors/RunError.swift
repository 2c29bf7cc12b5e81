/// A run that could not go on.
public enum RunError: Error, Equatable, CustomStringConvertible {
  /// A model or the reward returned NaN or an infinite value.
  case notFinite(source: String, step: Int, time: Double, particle: Int)
  /// Every particle of an island has weight zero.
  case allWeightsZero(island: Int, step: Int, time: Double)
  /// Log-weights, in nats, so large that double precision no longer tells particles apart.
  case weightsBeyondPrecision(island: Int, step: Int, time: Double, logWeight: Double)
  /// A model or the reward threw.
  case modelFailed(source: String, step: Int, time: Double, reason: String)
  /// An observer ended the run.
  case cancelled(step: Int)

  /// What happened, where, and what to try, in one sentence without a full stop.
  public var description: String {
    switch self {
    case .notFinite(let source, let step, let time, let particle):
      "\(source) returned a value that is not finite at step \(step) (t = \(time)) for particle \(particle)"
        + "; try more steps, a later `startTime` or a larger `minimumNoiseLevel`"
    case .allWeightsZero(let island, let step, let time):
      "every weight of island \(island) is zero at step \(step) (t = \(time))"
        + "; try more particles, more steps or a smaller `noiseScale`"
    case .weightsBeyondPrecision(let island, let step, let time, let logWeight):
      "log-weights of island \(island) reach \(logWeight) at step \(step) (t = \(time)), where double precision no longer "
        + "tells particles apart; try more steps, a smaller `noiseScale`, `control: .none` or a reward that is less steep"
    case .modelFailed(let source, let step, let time, let reason):
      "\(source) failed at step \(step) (t = \(time)): \(reason)"
    case .cancelled(let step):
      "cancelled at step \(step)"
    }
  }
}
