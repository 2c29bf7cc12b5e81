import FeynmanKac
import Testing

/// Expects log Z and the first coordinate's mean and variance over repeated runs to be what they should.
///
/// Each figure may be off by 4.4 standard errors, which Student's t with 11 degrees of freedom passes with probability
/// 1e-3 for twelve runs, and by 0.02 for the steps: in nats, in standard deviations and relative.
func expectAgreement(
  _ runs: [RunResult], logNormalizer: Double, mean: Double, variance: Double,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  for figure in [
    Repeated(runs.map { $0.logNormalizer!.value - logNormalizer }),
    Repeated(runs.map { ($0.weightedMean[0] - mean) / variance.squareRoot() }),
    Repeated(runs.map { $0.weightedVariance[0] / variance - 1 }),
  ] {
    #expect(
      abs(figure.mean) <= 4.4 * figure.standardError + 0.02, "\(figure.mean) ± \(figure.standardError)",
      sourceLocation: sourceLocation)
  }
}
