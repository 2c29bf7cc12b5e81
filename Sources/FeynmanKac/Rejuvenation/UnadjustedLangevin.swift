/// Langevin moves that are not adjusted, for any models: the corrector of Song et al. 2021, whose size is a signal-to-noise ratio.
///
/// Their `ε = 2 r² E|z|²/E|S|²`, with the means over the particles. The noise is `2ε(1 − r²)` in place of `2ε`: then a Gaussian of the mean
/// curvature stays as it is, where theirs ends `1/(1 − r²)` times too wide. What is left is of the order of `r²` times how far the curvatures
/// of different directions and places are apart.
/// - Source: Song et al. 2021, Algorithms 4 and 5, for `ε`; the variance is derived in <doc:Rejuvenation>.
struct UnadjustedLangevin: RejuvenationKernel {
  let name = "langevin"
  let isAdjusted = false
  /// `r`, no unit, above 0 and below 1.
  let signalToNoise: Double

  var fault: (property: String, advice: String)? {
    signalToNoise > 0 && signalToNoise < 1
      ? nil : ("signalToNoise", "\(signalToNoise); give a number above 0 and below 1")
  }

  func move(precision: Double, dimensions: Int, factor: Double, largest: Double) -> LangevinMove {
    let drift = min(2 * signalToNoise * signalToNoise / precision, largest)
    return LangevinMove(drift: drift, variance: 2 * drift - drift * drift * precision)
  }

  func factor(after factor: Double, acceptance: Double) -> Double { factor }
}

extension Sampler.Rejuvenation {
  /// Langevin moves that are not adjusted, for any models.
  ///
  /// - Parameters:
  ///   - moves: How often each particle moves at a level.
  ///   - every: At every so-many-th level.
  ///   - signalToNoise: `r`, no unit, above 0 and below 1: a move takes `2r²` of a particle's way back to the middle.
  public static func langevin(moves: Int = 1, every: Int = 1, signalToNoise: Double = 0.16) -> Self {
    Self(UnadjustedLangevin(signalToNoise: signalToNoise), moves: moves, every: every)
  }
}

extension Sampler.Rejuvenation {
  private static let ratio = Parameter(
    "signalToNoise", NumberRange(lower: 0, isLowerOpen: true, upper: 1), standard: 0.16,
    "r, below 1: a move takes 2r² of a particle's way back to the middle.")

  /// What a config may say of it.
  package static let langevinKind = KindDescription<Sampler.Rejuvenation>(
    "langevin", "Moves along the scores as they are: for any models, right to first order in r².", [ratio]
  ) { values in .langevin(signalToNoise: values[ratio]) }
}
