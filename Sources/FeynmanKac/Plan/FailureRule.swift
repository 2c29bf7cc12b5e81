extension Sampler {
  /// What becomes of a particle about which a model or the reward answers no finite number.
  public enum FailureRule: Sendable, Equatable {
    /// The run ends, with the model, the step and the particle.
    case stop
    /// The particle weighs nothing from there on, which makes log Z too low by what it would have come to. The run ends where an island has lost more
    /// than a share of its weight so, 0.01 unless another one is given.
    case drop(share: Double = 0.01)

    /// The most of its weight that an island may lose; nil where no particle is dropped.
    ///
    /// - Throws: `SetupError` for a share that is none, and without weights.
    func bound(carriesWeights: Bool) throws -> Double? {
      guard case .drop(let bound) = self else { return nil }
      guard bound > 0, bound < 1 else {
        throw SetupError("sampler.onFailure", "a share of \(bound); give a number between 0 and 1")
      }
      guard carriesWeights else {
        throw SetupError(
          "sampler.onFailure",
          "`.drop()` takes particles their weight, and this run carries none; use `.stop`")
      }
      return bound
    }
  }
}
