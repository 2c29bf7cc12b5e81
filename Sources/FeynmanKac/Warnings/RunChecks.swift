/// What is found out about a run beside its particles, by draws of its own.
package struct RunChecks: Sendable {
  /// What the start was found to be; nil where it is exact.
  var start: StartCheck?
  /// The independent estimate; nil where a model is no mixture.
  var independent: IndependentEstimate?

  package init() {}

  /// - Parameter seed: The run's seed; a stream of its own follows from it.
  /// - Throws: `RunError` where a model fails.
  init(_ plan: RunPlan, seed: UInt64) throws {
    do { start = try StartCheck(plan, seed: seed) } catch is CancellationError {
      throw RunError.cancelled(step: 0)
    } catch {
      throw RunError.modelFailed(source: "a model", step: 0, time: plan.path.times[0], reason: "\(error)")
    }
    independent = IndependentEstimate(plan, seed: seed)
  }
}
