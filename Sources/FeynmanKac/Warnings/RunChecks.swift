/// What is found out about a run beside its particles, by draws of its own.
package struct RunChecks: Sendable {
  /// What the start was found to be; nil where it is exact.
  var start: StartCheck?
  /// The independent estimate; nil where a model is no mixture.
  var independent: IndependentEstimate?
  /// Plain samples of the models; nil where there are none.
  var plain: PlainSamples?

  package init() {}

  /// - Parameters:
  ///   - seed: The run's seed; a stream of its own follows from it.
  ///   - start: What the start was found to be.
  init(_ plan: RunPlan, seed: UInt64, start: StartCheck?, plain: PlainSamples?) {
    self.start = start
    independent = IndependentEstimate(plan, seed: seed)
    // They know of the models, not of a reward.
    self.plain = plan.reward == nil ? plain : nil
  }
}
