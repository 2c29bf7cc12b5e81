import FeynmanKac
import Testing

/// Compositions of mixtures with and without a finite integral.
@Suite("tails of a composition")
struct TailTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let target: Target
    /// Nil for a finite integral.
    let problem: String?

    init(_ description: String, _ target: Target, _ problem: String? = nil) {
      testDescription = description
      self.target = target
      self.problem = problem
    }
  }

  static func gaussian(_ deviations: [Double]) -> GaussianMixture {
    try! GaussianMixture.gaussian(mean: deviations.map { _ in 0 }, standardDeviations: deviations)
  }

  static func mixture(_ deviations: [[Double]]) -> GaussianMixture {
    try! GaussianMixture(
      means: deviations.indices.map { k in deviations[0].map { _ in 2 * Double(k) } },
      weights: deviations.map { _ in 1 / Double(deviations.count) }, standardDeviations: deviations)
  }

  private static func problem(_ level: String, _ coordinate: Int, _ precision: String) -> String {
    "the composition has no finite integral: at noise level \(level) its precision far out along coordinate \(coordinate) is "
      + "\(precision); negative exponents must not outweigh the others there, so lower them (or the guidance scale), or use "
      + "models with wider tails in their place"
  }

  static let cases: [Case] = [
    Case(
      "guidance from a narrow to a wide Gaussian, scale 5",
      .guided(unconditional: gaussian([1]), conditional: gaussian([2]), scale: 5), problem("0.01", 0, "-2.71")
    ),
    Case(
      "the same at a scale that is still proper",
      .guided(unconditional: gaussian([1]), conditional: gaussian([2]), scale: 1.3)),
    Case(
      "guidance from a wide to a narrow Gaussian, scale 9",
      .guided(unconditional: gaussian([2]), conditional: gaussian([1]), scale: 9)),
    Case(
      "one coordinate of three",
      .guided(unconditional: gaussian([2, 2, 1]), conditional: gaussian([1, 1, 1.2]), scale: 6),
      problem("0.01", 2, "-0.813")),
    Case(
      "a mixture whose rare component is wide",
      .guided(unconditional: gaussian([1]), conditional: mixture([[0.8], [1.5]]), scale: 2),
      problem("0.01", 0, "-0.105")),
    Case(
      "a negative power of a mixture that is wide along either coordinate",
      .guided(unconditional: mixture([[1, 3], [3, 1]]), conditional: gaussian([2, 2]), scale: 4), ""),
    Case(
      "the same over a narrower Gaussian, which holds in every direction",
      .guided(unconditional: mixture([[1, 3], [3, 1]]), conditional: gaussian([1.3, 1.3]), scale: 4)),
    Case(
      "an exponent that is improper on the way alone",
      Target(terms: [
        gaussian([2]).raised(to: 1.02, name: "a"),
        gaussian([1]).raised(to: Schedule(from: -1, to: 0), name: "b"),
      ]), ""),
    Case(
      "a reward that holds an improper composition together",
      Target.guided(unconditional: gaussian([1]), conditional: gaussian([2]), scale: 1.5).tilted(
        by: QuadraticReward(center: [0], precision: [1]), scale: .constant(1))),
    Case(
      "a reward that tears a Gaussian apart",
      Target.annealed(gaussian([1]), inverseTemperature: 1).tilted(
        by: QuadraticReward(center: [0], precision: [-1.2])), problem("0.01", 0, "-0.21")),
    Case(
      "an improper composition under a linear reward",
      Target.guided(unconditional: gaussian([1]), conditional: gaussian([2]), scale: 5).tilted(
        by: LinearReward(coefficients: [1])), problem("0.01", 0, "-2.71")),
    Case(
      "networks, of which nothing is known",
      .guided(
        unconditional: ScoreOnly(model: gaussian([1])), conditional: ScoreOnly(model: gaussian([2])), scale: 5
      )),
  ]

  @Test("compositions without a finite integral are refused, with the place", arguments: cases)
  func refused(_ example: Case) throws {
    let sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.1, sigmaMax: 20), target: example.target, steps: 50)
    guard let problem = example.problem else {
      _ = try sampler.plan(particles: 10)
      return
    }
    let error = #expect(throws: SetupError.self) { try sampler.plan(particles: 10) }
    #expect(error?.setting == "target")
    if problem.isEmpty {
      #expect(error?.problem.hasPrefix("the composition has no finite integral: at noise level ") == true)
    } else {
      #expect(error?.problem == problem)
    }
  }
}
