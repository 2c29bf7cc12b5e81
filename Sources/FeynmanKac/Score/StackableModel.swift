/// A model that is one of several conditions of one network, such as the two terms of classifier-free guidance.
///
/// Terms of a target whose models share a network and a process are evaluated by one call on one stacked batch.
public protocol StackableModel: ScoreModel {
  /// Whether the other model differs from this one in its condition alone.
  func canStack(with other: any StackableModel) -> Bool

  /// A model that answers for this one and `others`, in that order.
  ///
  /// - Parameter others: Models that this one can stack with.
  func stacked(with others: [any StackableModel]) -> any StackedModel
}

/// Several models that answer in one call.
public protocol StackedModel: Sendable {
  /// How many models answer.
  var count: Int { get }
  /// Floats of scratch memory that one evaluation of `rows` rows needs.
  func workspaceSize(rows: Int) -> Int
  /// Fills `batch.scores`, which is `[count, rows, d]` here: the scores of the same rows by every model.
  ///
  /// - Throws: whatever the models' own evaluation throws.
  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) throws
}
