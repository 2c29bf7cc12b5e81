import Foundation

// What a plan does with the Gaussians of its models, and where it cannot yet know them.

extension RunPlan {
  /// Whether Gaussians are fitted to the models' scores before the run: to start from, or to carry log densities beside.
  var fitsScores: Bool { start == .fitted || needs.contains(.carriedLogDensities) }

  /// Whether some exponent is another at the data than at the noise.
  var exponentsMove: Bool { terms.contains { $0.exponents[0] != $0.exponents[steps] } }

  /// Whether the plan is made anew once they are known, with no more evaluations than now.
  var awaitsFit: Bool { needs.contains(.carriedLogDensities) && fittedGaussians == nil }

  /// Whether models whose log densities are carried are probed at a level.
  func probes(at level: Int) -> Bool { level >= firstProbe && needs.contains(.carriedLogDensities) }

  /// How much larger than the data's variance the noise is where log densities begin to differ from those of Gaussians. At 30 a Gaussian
  /// with correlated coordinates in 36 dimensions had log Z off by .04, at 100 by nothing; it costs 1.2 in log v.
  private static let farNoise = 100.0

  /// The last level that is far above the data's variance in every coordinate, of those that a run of twice the step length has too.
  static func firstProbe(
    of terms: [PlannedTerm], _ fitted: [ModelGaussian]?, along path: Path, _ role: RunRole
  ) -> Int {
    guard let fitted else { return 0 }
    let widest = zip(terms, fitted).filter(\.0.isCarried).flatMap(\.1.dataVariance).max() ?? 0
    let places = stride(from: 0, to: path.steps, by: role == .coarser ? 1 : 2)
    return places.filter { path.levels[$0] >= farNoise * widest }.last ?? 0
  }
}
