/// Nothing is repaired.
struct NoCorrection: Correction {
  let name = "none"
  let summary = "Nothing: weights stay 1, and the samples are not those of the target."
  let needs: Needs = []

  func makeWeights(_ plan: RunPlan, _ state: ParticleState, _ scratch: BlockScratch) -> WeightIncrements? {
    nil
  }
}

extension Sampler.Correction {
  /// Nothing: weights stay 1, and the samples are not those of the target.
  public static let none = Self(NoCorrection())
}
