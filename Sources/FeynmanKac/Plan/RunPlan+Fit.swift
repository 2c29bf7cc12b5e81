// What a plan does with the Gaussians of its models, and where it cannot yet know them.

extension RunPlan {
  /// Whether Gaussians are fitted to the models' scores before the run: to start from, or to carry log densities beside.
  var fitsScores: Bool { start == .fitted || needs.contains(.carriedLogDensities) }

  /// Whether some exponent is another at the data than at the noise.
  var exponentsMove: Bool { terms.contains { $0.exponents[0] != $0.exponents[steps] } }

  /// Whether the plan is made anew once they are known, with no more evaluations than now.
  var awaitsFit: Bool {
    fitsScores && !needs.isDisjoint(with: [.carriedLogDensities, .scoreControl]) && fittedGaussians == nil
  }

  /// Whether models are probed at a level: those whose log densities are carried, or all where their scores span a control.
  func probes(at level: Int) -> Bool {
    level >= firstProbe && !needs.isDisjoint(with: [.carriedLogDensities, .scoreControl])
  }

  /// Whether log densities are carried on from a level.
  func carries(at level: Int) -> Bool { level >= firstProbe && needs.contains(.carriedLogDensities) }

  /// Whether a term's model is asked beside the particles.
  func isProbed(_ term: PlannedTerm) -> Bool { needs.contains(.scoreControl) || term.isCarried }

  /// How much larger than the data's variance the noise is where log densities begin to differ from those of Gaussians, and scores from those that
  /// a radial control takes care of. At 30 a Gaussian
  /// with correlated coordinates in 36 dimensions had log Z off by .04, at 100 by nothing; it costs 1.2 in log v.
  private static let farNoise = 100.0

  /// The last level that is far above the data's variance in every coordinate, of those that a run of twice the step length has too.
  static func firstProbe(
    of terms: [PlannedTerm], _ fitted: [ModelGaussian]?, spanControl: Bool, along path: Path, _ role: RunRole
  ) -> Int {
    guard let fitted else { return 0 }
    let widest =
      zip(terms, fitted).filter { spanControl || $0.0.isCarried }.flatMap(\.1.dataVariance).max() ?? 0
    let places = stride(from: 0, to: path.steps, by: role == .coarser ? 1 : 2)
    return places.filter { path.levels[$0] >= farNoise * widest }.last ?? 0
  }

  /// Whether models are probed whatever the control, for log densities that are carried, and a control can take what that tells.
  static func probesAnyway(
    _ terms: [PlannedTerm], _ correction: any Correction, _ scheme: any Scheme, _ guidance: PlannedGuidance?
  ) -> Bool {
    terms.contains(where: \.isCarried) && correction.needs.contains(.rates) && scheme.hasReversal
      && guidance?.alignmentThreshold == nil
  }
}
