import Libc

/// Langevin moves that are accepted or not by the composed densities at both ends (MALA): they leave the density exactly as it is.
///
/// `ε = f D^(−1/3)/precision` is the size that keeps the acceptance the same in any dimension; `f` follows the acceptance of the levels
/// before, never that of the same moves.
/// - Source: Roberts & Tweedie 1996 for the kernel; Roberts & Rosenthal 1998 for the size and the acceptance of 0.574.
struct MetropolisLangevin: RejuvenationKernel {
  let name = "metropolis"
  let isAdjusted = true
  /// The acceptance that sizes are chosen for, above 0 and below 1.
  let acceptance: Double

  var fault: (property: String, advice: String)? {
    acceptance > 0 && acceptance < 1
      ? nil : ("acceptance", "\(acceptance); give a number above 0 and below 1")
  }

  func move(precision: Double, dimensions: Int, factor: Double, largest: Double) -> LangevinMove {
    let drift = min(factor / (precision * cbrt(Double(dimensions))), largest)
    return LangevinMove(drift: drift, variance: 2 * drift)
  }

  /// About the reciprocal of how the acceptance changes with the logarithm of the size, where it is best.
  private static let gain = 2.0
  /// No more than twice or half as large from level to level.
  private static let largestChange = 0.7

  func factor(after factor: Double, acceptance: Double) -> Double {
    guard acceptance.isFinite else { return factor }
    let change = Self.gain * (acceptance - self.acceptance)
    return min(max(factor * exp(min(max(change, -Self.largestChange), Self.largestChange)), 1e-9), 1e9)
  }
}

extension Sampler.Rejuvenation {
  /// Langevin moves that are accepted or not by the composed densities; every model must have a log density.
  ///
  /// - Parameters:
  ///   - moves: How often each particle moves at a level.
  ///   - every: At every so-many-th level.
  ///   - acceptance: What share of the moves shall be accepted, above 0 and below 1.
  public static func metropolis(moves: Int = 1, every: Int = 1, acceptance: Double = 0.574) -> Self {
    Self(MetropolisLangevin(acceptance: acceptance), moves: moves, every: every)
  }
}

extension Sampler.Rejuvenation {
  private static let share = Parameter(
    "acceptance", NumberRange(lower: 0, isLowerOpen: true, upper: 1), standard: 0.574,
    "What share of the moves shall be accepted, below 1.")

  /// What a config may say of it.
  package static let metropolisKind = KindDescription<Sampler.Rejuvenation>(
    "metropolis",
    "Moves along the scores, accepted or not by the composed densities: exact; every model must have a log density.",
    [share]
  ) { values in .metropolis(acceptance: values[share]) }
}
