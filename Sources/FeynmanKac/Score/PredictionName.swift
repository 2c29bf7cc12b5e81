/// The words that configs and network files have for what a network's output stands for.
package enum PredictionName: String, Sendable, CaseIterable {
  case score, epsilon
  case dataPoint = "x0"
  case v, velocity, edm

  /// The prediction itself.
  ///
  /// - Parameter spread: The data's standard deviation, which `edm` needs.
  /// - Returns: nil where `edm` has no spread.
  package func prediction(dataStandardDeviation spread: Double?) -> Prediction? {
    switch self {
    case .score: .score
    case .epsilon: .epsilon
    case .dataPoint: .dataPoint
    case .v: .v
    case .velocity: .velocity
    case .edm: spread.map { .edm(dataStandardDeviation: $0) }
    }
  }
}
