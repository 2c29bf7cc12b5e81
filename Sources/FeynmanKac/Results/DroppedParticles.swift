/// Particles that were dropped because a model or the reward had no finite answer about them.
public struct DroppedParticles: Sendable, Equatable {
  /// How many, over all steps and islands.
  public let count: Int
  /// The share of all weight that they had when they were dropped, 0 to 1: log Z is too low by about `−log(1 − share)`.
  public let share: Double
  /// Whose answers these were, such as `model 'm'`; of several one. Nil where there were none.
  public let source: String?

  package init(count: Int, share: Double, source: String?) {
    (self.count, self.share, self.source) = (count, share, source)
  }
}
