/// What a run's moves at its levels came to.
public struct RejuvenationFigures: Sendable, Equatable {
  /// The word for them in a config.
  public let kind: String
  /// How often each particle was moved, over all levels.
  public let moves: Int
  /// The mean probability with which moves were accepted; nil where none can be refused.
  public let acceptance: Double?
}
