import Libc

/// Where a fitted path begins: the Gaussian that the composition of the models' own Gaussians is.
///
/// With `Sᵢ` and `mᵢ` fitted to the scores of model `i`, its precision is `Σ aᵢ/Sᵢ` in each coordinate, and log Z is that of the
/// product of the Gaussians' powers.
/// - Source: derived in <doc:Mathematics>.
struct FittedStart: Sendable, Codable {
  /// The Gaussian of each term of the plan.
  let models: [ModelGaussian]
  /// The composition's, `[d]` each.
  private(set) var mean: [Double]
  private(set) var deviation: [Double]
  /// log Z at the first level, in `y` coordinates, in nats.
  private(set) var logNormalizer: Double
  /// What of the scores no straight line explains, `1 − R²`, in the worst coordinate of all models.
  let residual: Residual
  /// What it would add to log Z to believe slopes that are steeper than those of noise alone, with the steepest of them as a variance
  /// in units of the noise's; nil where there are none, beyond what few draws make.
  let steepness: Steepness?
  /// Rows that each model was asked for.
  let rows: Int

  /// The part of a model's scores that no straight line explains, along one coordinate.
  struct Residual: Sendable, Codable {
    var value: Double
    var model: String
    var coordinate: Int
  }

  /// Scores that no data have: `∂s/∂y = −1/v + Cov(x₀|y)/v²` is nowhere below `−1/v`.
  struct Steepness: Sendable, Codable {
    let error: Double
    let ratio: Double
    let model: String
    let coordinate: Int
  }

  /// How many states are drawn for the fits, round by round. The last round has most of them, as its draws alone make the figures;
  /// all together cost no more than three or four steps of the run.
  static func draws(particles: Int) -> [Int] {
    let last = max(256, min(4096, particles.multipliedSaturating(by: 2)))
    return [last / 4, last / 4, last / 4, last]
  }

  /// The start; nil where the plan has another and nothing else needs the models' Gaussians.
  ///
  /// - Parameters:
  ///   - seed: That of the run. The draws have streams of their own.
  ///   - threads: The figures do not depend on them.
  ///   - isCancelled: Asked between calls of models.
  /// - Throws: `RunError` where a model fails; `SetupError` where a model has no Gaussian's scores, or the composition no finite
  ///   integral.
  init?(_ plan: RunPlan, seed: UInt64, threads: Int, isCancelled: @escaping () -> Bool = { false }) throws {
    guard plan.fitsScores else { return nil }
    try self.init(
      plan, draws: Self.draws(particles: plan.particles), seed: seed,
      pool: WorkerPool(threads: plan.threads(atMost: threads)), isCancelled: isCancelled)
  }

  /// - Parameters:
  ///   - draws: How many in each round.
  init(
    _ plan: RunPlan, draws: [Int], seed: UInt64, pool: WorkerPool,
    isCancelled: @escaping () -> Bool = { false }
  ) throws {
    var fits: [ModelFit] = []
    for index in plan.terms.indices {
      var fit = ModelFit(index, of: plan, seed: seed, pool: pool, isCancelled: isCancelled)
      for (round, count) in draws.enumerated() {
        try fit.improve(round: round, draws: count, isLast: round == draws.count - 1)
      }
      fits.append(fit)
    }
    models = fits.map(\.gaussian)
    rows = draws.reduce(0, +)
    var worst = Residual(value: -1, model: "", coordinate: 0)
    for (term, fit) in zip(plan.terms, fits) {
      for (j, value) in fit.residual.enumerated() where value > worst.value {
        worst = Residual(value: value, model: term.name, coordinate: j)
      }
    }
    residual = worst
    (mean, deviation, logNormalizer) = try Self.checkedComposition(of: models, plan)
    steepness = Self.steepness(fits, plan, draws: draws.last ?? 1, logNormalizer: logNormalizer)
  }

  /// Whether there is a Gaussian for each of so many models, all of as many dimensions.
  func hasShape(terms: Int, dimensions d: Int) -> Bool {
    models.count == terms && models.allSatisfy { $0.mean.count == d && $0.variance.count == d }
      && mean.count == d && deviation.count == d
  }

  /// The same Gaussians with the exponents of another plan of the same models.
  ///
  /// - Throws: `SetupError` where the composition has no finite integral.
  func composed(for plan: RunPlan) throws -> FittedStart {
    var own = self
    (own.mean, own.deviation, own.logNormalizer) = try Self.checkedComposition(of: models, plan)
    return own
  }

  /// The composition at the first level. Exponents that move come to others, which must have one too.
  private static func checkedComposition(of models: [ModelGaussian], _ plan: RunPlan) throws
    -> (mean: [Double], deviation: [Double], logNormalizer: Double)
  {
    if plan.exponentsMove { _ = try composition(of: models, plan, at: plan.steps) }
    return try composition(of: models, plan)
  }

  private static func steepness(_ fits: [ModelFit], _ plan: RunPlan, draws: Int, logNormalizer: Double)
    -> Steepness?
  {
    var worst: (excess: Double, ratio: Double, model: String, coordinate: Int)?
    for (term, fit) in zip(plan.terms, fits) {
      for (j, variance) in fit.literalGaussian.variance.enumerated() {
        let ratio = variance / plan.path.levels[0]
        // Five standard errors of a slope, and what rounding makes of it.
        let excess = 1 - ratio - 5 * (fit.residual[j] / Double(draws)).squareRoot() - 1e-4
        if excess > max(0, worst?.excess ?? 0) { worst = (excess, ratio, term.name, j) }
      }
    }
    guard let worst else { return nil }
    let literal = try? composition(of: fits.map(\.literalGaussian), plan).logNormalizer
    return Steepness(
      error: literal.map { $0 - logNormalizer } ?? .infinity, ratio: worst.ratio, model: worst.model,
      coordinate: worst.coordinate)
  }

  /// `Π N(mᵢ, Sᵢ)^aᵢ` with the exponents of a level, the first unless another is given.
  private static func composition(of models: [ModelGaussian], _ plan: RunPlan, at level: Int = 0) throws
    -> (mean: [Double], deviation: [Double], logNormalizer: Double)
  {
    let exponents = plan.terms.map { $0.exponents[level] }
    var mean: [Double] = []
    var deviation: [Double] = []
    var logNormalizer = 0.0
    let share = Double(plan.intrinsicDimensions) / Double(plan.dimensions)
    for j in 0..<plan.dimensions {
      var (precision, size, weighted, square) = (0.0, 0.0, 0.0, 0.0)
      for (model, exponent) in zip(models, exponents) {
        let own = exponent / model.variance[j]
        precision += own
        size += abs(own)
        weighted += own * model.mean[j]
        square += own * model.mean[j] * model.mean[j]
      }
      guard precision > 1e-9 * size else { throw refusal(precision, models, plan, exponents, coordinate: j) }
      mean.append(weighted / precision)
      deviation.append((1 / precision).squareRoot())
      logNormalizer +=
        0.5 * (share * log(2 * .pi / precision) + weighted * weighted / precision - square)
    }
    for (model, exponent) in zip(models, exponents) { logNormalizer += exponent * model.logConstant }
    return (mean, deviation, logNormalizer)
  }

  private static func refusal(
    _ precision: Double, _ models: [ModelGaussian], _ plan: RunPlan, _ exponents: [Double], coordinate: Int
  ) -> SetupError {
    func short(_ value: Double) -> String { value.text(significant: 3) }
    let powers = plan.terms.indices.map {
      "'\(plan.terms[$0].name)' with variance \(short(models[$0].variance[coordinate])) to the power \(short(exponents[$0]))"
    }
    return SetupError(
      "target",
      "the composition has no finite integral: at the start of the path, noise level \(short(plan.path.levels[0])), its precision along "
        + "coordinate \(coordinate) is \(short(precision)) by the models' scores (\(powers.joined(separator: ", "))); negative exponents must "
        + "not outweigh the others there, so lower them (or the guidance scale), or use models with wider tails in their place"
    )
  }
}
