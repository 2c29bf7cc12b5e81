/// Whether the Gaussian that a run starts from is the one that the models' scores have there.
///
/// A fitted start is that one, and only what no straight line explains of the scores is left to see. Of a start that was not fitted the
/// same fit, in two rounds of a block each, tells by how much its log Z differs from that of the models' own Gaussians: an error
/// which nothing in the run would show.
/// - Source: derived in <doc:Trust>.
struct StartCheck: Sendable, Codable {
  /// log Z of the composed Gaussians minus that which the run starts from, in nats; 0 where these are the ones.
  let error: Double
  /// The worst of all models and coordinates.
  let residual: FittedStart.Residual
  /// Models whose data's spread is another than was stated: what the scores say of `v_T + s²` over what was stated.
  let spreads: [Spread]
  /// Slopes of scores that no data have; nil where there are none.
  let steepness: FittedStart.Steepness?
  /// The rows that each model was asked for beside those of the start.
  let rows: Int

  /// The spread of a model's data.
  struct Spread: Sendable, Codable {
    let model: String
    /// What the model says, in data units.
    let stated: Double
    /// What the scores say, over that.
    let ratio: Double
  }

  /// - Parameters:
  ///   - fit: What was fitted for the run; nil where nothing was.
  /// - Returns: Nil where the start is exact, and where the composition of the fits has no finite integral.
  /// - Throws: What a model throws.
  init?(_ plan: RunPlan, seed: UInt64, fit: FittedStart?) throws {
    guard plan.needs.contains(.weights), plan.start != .exact else { return nil }
    if let fit {
      let error =
        plan.start == .fitted ? 0 : fit.logNormalizer - InitialDistribution(plan, fit: fit).logNormalizer
      self.init(plan, fit, error: error, rows: 0)
      return
    }
    do {
      let fit = try FittedStart(
        plan, draws: [plan.blockRows, plan.blockRows], seed: seed, pool: WorkerPool(threads: 1))
      self.init(
        plan, fit, error: fit.logNormalizer - InitialDistribution(plan, fit: nil).logNormalizer,
        rows: fit.rows)
    } catch is SetupError { return nil }
  }

  private init(_ plan: RunPlan, _ fit: FittedStart, error: Double, rows: Int) {
    self.error = error
    self.rows = rows
    residual = fit.residual
    steepness = fit.steepness
    let level = plan.path.levels[0]
    spreads = zip(plan.terms, fit.models).compactMap { term, gaussian in
      guard let stated = term.model.dataStandardDeviation else { return nil }
      let variance = gaussian.variance.reduce(0, +) / Double(plan.dimensions)
      return Spread(model: term.name, stated: stated, ratio: variance / (level + stated * stated))
    }
  }
}
