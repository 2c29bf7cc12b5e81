/// How well Gaussians fitted the models' scores at the start of a path.
public struct StartFit: Sendable, Equatable {
  /// `1 − R²` in the worst coordinate of all models: what of the scores no straight line explains. Above 0.03 the noise is too small
  /// for a Gaussian start, and the run is doubtful.
  public let residual: Double
  /// Rows that each model was asked for.
  public let evaluations: Int
}
