import Libc

/// Where the exponents of a late path begin, and when they move.
struct ExponentRamp {
  /// The exponents until then, as those of the terms are listed.
  let starts: [Double]
  /// `v` below which they move: a level of the path, so that the trapezoid of the weights has no kink within a step.
  let level: Double

  /// Whether the level is only the highest that it can be, until the models' scores have told how wide the data is.
  let isProvisional: Bool

  /// Whether plain samples may still say that exponents had better stand still.
  let awaitsSpread: Bool

  /// What is known beside the target where a path is chosen.
  struct Known {
    let correction: any Correction
    /// The least `c` of the path.
    let leastNoiseScale: Double
    /// Whether particles move at levels, where log densities that no model knows are not carried along.
    let moves: Bool
    /// The Gaussians that the terms' scores have; nil where they were not fitted, or not yet.
    let gaussians: [ModelGaussian]?
    /// What plain samples tell of the data; nil where there are none, or not yet.
    let spread: ModeSpread?
    /// Whether they are still to be drawn.
    let awaitsSpread: Bool

    /// - Parameters:
    ///   - terms: The target's, merged.
    ///   - noiseScale: The least `c` of the path.
    init(_ terms: [Target.Term], _ sampler: Sampler, noiseScale: Double, _ particles: Int) {
      correction = sampler.correction.rule
      leastNoiseScale = noiseScale
      moves = sampler.rejuvenation != nil
      gaussians = sampler.fittedGaussians
      spread = sampler.modeSpread
      awaitsSpread =
        spread == nil && sampler.target.path != .constant && terms.contains { !$0.model.hasLogDensity }
        && sampler.plainPlan(beside: particles) != nil
    }
  }

  /// - Parameter isCoarser: The path is every second level of one that has the level.
  /// - Returns: Nil where exponents follow their schedules.
  /// - Throws: `SetupError` where a late path was asked for that cannot be.
  init?(
    of terms: [Target.Term], _ target: Target, _ known: Known, path: Path, isCoarser: Bool = false
  ) throws {
    let asked: Double?
    let carriesWeights = known.correction.needs.contains(.weights)
    switch target.path {
    case .constant: return nil
    case .late(let below):
      asked = below
      try Self.check(terms, target, carriesWeights: carriesWeights)
    case .automatic:
      guard Self.isWorthwhile(terms, known),
        (try? Self.check(terms, target, carriesWeights: carriesWeights)) != nil
      else { return nil }
      asked = nil
    }
    // What has no finite integral is refused for its sum.
    guard terms.reduce(0, { $0 + $1.exponent.to }) > 0 else { return nil }
    let positive = terms.reduce(0) { $0 + max(0, $1.exponent.to) }
    starts = terms.map { max(0, $0.exponent.to) / positive }
    let suggested = asked ?? Self.level(of: terms, starts, known)
    awaitsSpread = target.path == .automatic && known.awaitsSpread && !Self.hasHeavyTail(terms, known)
    isProvisional =
      asked == nil
      && (known.awaitsSpread
        || suggested == nil && known.gaussians == nil && terms.contains { !$0.model.hasLogDensity })
    guard let level = isProvisional ? path.levels[0] : suggested else {
      if target.path == .automatic { return nil }
      throw SetupError(
        "target.path", "no model says how wide its data is; give the noise level below which exponents move")
    }
    guard level > 0, level.isFinite else {
      throw SetupError("target.path", "\(level); give a noise level above 0")
    }
    self.level = Self.place(level, on: path, every: isCoarser ? 1 : 2)
  }

  /// Whether a late path would be taken, were that left open.
  ///
  /// - Throws: `SetupError` where a level is none.
  static func pays(for terms: [Target.Term], _ target: Target, _ known: Known, path: Path) throws -> Bool {
    var open = target
    open.path = .automatic
    return try ExponentRamp(of: terms, open, known, path: path) != nil
  }

  /// The level of a path that is nearest in `log v`, of those that a run of twice the step length has too. A tenth of the path is left
  /// for exponents to move, whatever was asked.
  private static func place(_ level: Double, on path: Path, every stride: Int) -> Double {
    let wanted = max(level, path.levels[path.steps] * exp(0.1 * path.length))
    let places = Swift.stride(from: 0, to: path.steps, by: stride)
    let nearest = places.min { abs(log(path.levels[$0] / wanted)) < abs(log(path.levels[$1] / wanted)) }
    return path.levels[nearest ?? 0]
  }

  private static func check(_ terms: [Target.Term], _ target: Target, carriesWeights: Bool) throws {
    guard terms.allSatisfy(\.exponent.isConstant) else {
      throw SetupError("target.path", "late exponents have a path of their own; give constant numbers")
    }
    guard target.guidance?.projection == nil, target.guidance?.alignmentThreshold == nil else {
      throw SetupError(
        "target.path",
        "what guidance does beyond composing needs its scale along the whole path; use `path: .constant`")
    }
    guard carriesWeights else {
      throw SetupError(
        "target.path",
        "without weights the path decides what is sampled; use `path: .constant` or another correction")
    }
  }

  /// Colder than a model, or more than one of them. Where log densities have to be carried, and models are asked nearly twice as often
  /// for that, where the weights of constant exponents have a heavy tail: the error of log Z falls there, at equal evaluations, by 3 to 12
  /// times. For powers and products that are milder it falls by a half, but not for data that is one population, whose rate a control
  /// takes out on any path, nor for guided models. A mode that is too rare for the plain samples may make that look so, which costs the more the heavier
  /// the tail.
  private static func isWorthwhile(_ terms: [Target.Term], _ known: Known) -> Bool {
    guard terms.contains(where: { !$0.model.hasLogDensity }) else {
      return terms.reduce(0) { $0 + abs($1.exponent.to) } > 1 + 1e-12
    }
    guard known.correction.needs.contains(.rates), !known.moves else { return false }
    let positive = terms.reduce(0) { $0 + max(0, $1.exponent.to) }
    let isGuided = terms.contains { $0.exponent.to < 0 }
    let isApart = known.spread.map { $0.apartness > leastApartness } ?? known.awaitsSpread
    let isCold = isCold(positive, known.leastNoiseScale) || known.spread?.highestLevel != nil && positive > 1
    return hasHeavyTail(terms, known) || !isGuided && isApart && isCold
  }

  /// Whether weights of the target's exponents, constant along the path, would have a heavy tail.
  private static func hasHeavyTail(_ terms: [Target.Term], _ known: Known) -> Bool {
    let positive = terms.reduce(0) { $0 + max(0, $1.exponent.to) }
    return RunPlan.weightTail(positive: positive, noiseScale: known.leastNoiseScale) == .heavy
  }

  /// One population up to here: 1 for Gaussians, 1.0 to 1.2 for skewed ones.
  private static let leastApartness = 1.5

  /// Whether a late path pays for several populations: from `P = 5/4` on at noise scale 1, and from where the tail is two fifths as heavy at others.
  private static func isCold(_ positive: Double, _ noiseScale: Double) -> Bool {
    noiseScale * noiseScale <= 5 * (positive - 1) / positive
  }

  /// Twelve times the geometric mean of the data's variance and that within its modes, over the sum of the exponents: below where modes part
  /// and above where single ones are seen, and the later the colder. Chosen by trying a quarter to four times as much on nine targets, whose best
  /// were at 8 to 24: a factor of two either way costs a tenth to a fifth of the error.
  private static func level(of terms: [Target.Term], _ starts: [Double], _ known: Known) -> Double? {
    let size = terms.reduce(0) { $0 + $1.exponent.to }
    if let spread = known.spread {
      return min(12 * (spread.within * spread.total).squareRoot() / size, spread.highestLevel ?? .infinity)
    }
    var (sum, weight) = (0.0, 0.0)
    for (index, (term, start)) in zip(terms, starts).enumerated() {
      let spread = term.model.mixture.map(\.spread)
      let found = known.gaussians?[index].dataVariance
      let stated =
        term.model.dataStandardDeviation.map { $0 * $0 } ?? found.map { $0.reduce(0, +) / Double($0.count) }
      guard let variance = spread.map({ ($0.within * $0.total).squareRoot() }) ?? stated else { continue }
      sum += start * log(variance)
      weight += start
    }
    return weight > 0 ? 12 * exp(sum / weight) / size : nil
  }

  /// How far exponents have come: 0 above the level, 1 at the data.
  func progress(at level: Double, last: Double) -> Double {
    level >= self.level ? 0 : log(self.level / level) / log(self.level / last)
  }
}

extension GaussianMixture {
  /// The variance per dimension, in the mean over dimensions: of the components by themselves, and of all.
  var spread: (within: Double, total: Double) {
    var (within, total) = (0.0, 0.0)
    for j in 0..<dimensions {
      var (mean, square, own) = (0.0, 0.0, 0.0)
      for component in weights.indices {
        let (weight, place) = (weights[component], means[component][j])
        mean += weight * place
        square += weight * place * place
        own += weight * standardDeviations[component][j] * standardDeviations[component][j]
      }
      within += own
      total += own + max(0, square - mean * mean)
    }
    return (within / Double(dimensions), total / Double(dimensions))
  }
}
