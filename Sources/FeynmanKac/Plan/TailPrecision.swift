/// The precision of a composition of Gaussian mixtures far out, in the direction in which it is least.
///
/// Far out a mixture is its widest component there, `log q ≈ −½ minₖ Σⱼ pₖⱼ xⱼ²`. So along a direction with squares `t`, which
/// sum to 1, the composition has the precision `Σ aᵢ minₖ ⟨pᵢₖ, t⟩`, and with a quadratic reward `λπ` more. Where that is not
/// above 0 everywhere the composition has no finite integral.
/// - Source: derived in <doc:Trust>.
struct TailPrecision {
  /// The least that was found, in 1/(data units)².
  let value: Double
  /// The squares of the direction that has it, `[d]`.
  let direction: [Double]
  /// The size of what it is the difference of, in the same unit.
  let scale: Double

  /// Not above 0 by more than rounding.
  var isImproper: Bool { value <= 1e-9 * scale }

  /// The coordinate that the direction is nearest to.
  var coordinate: Int { direction.indices.max { direction[$0] < direction[$1] } ?? 0 }

  /// - Parameters:
  ///   - factors: The exponents and the precisions of the widest components, `[components][d]`.
  ///   - reward: `λπ`, `[d]`.
  init(_ factors: [(exponent: Double, precisions: [[Double]])], reward: [Double]) {
    let d = reward.count
    func precision(_ t: [Double]) -> Double {
      factors.reduce(Self.inner(reward, t)) { sum, factor in
        sum + factor.exponent * (factor.precisions.map { Self.inner($0, t) }.min() ?? 0)
      }
    }
    var best = (value: Double.infinity, direction: [Double]())
    func look(_ t: [Double]) {
      let value = precision(t)
      if value < best.value { best = (value, t) }
    }
    for j in 0..<d { look((0..<d).map { $0 == j ? 1 : 0 }) }
    // With one widest component each the precision is linear in the squares, and least along a coordinate.
    if factors.contains(where: { $0.precisions.count > 1 }) {
      for pair in Self.pairs(d) {
        for share in stride(from: 0.05, to: 0.96, by: 0.05) {
          look((0..<d).map { $0 == pair.0 ? share : $0 == pair.1 ? 1 - share : 0 })
        }
      }
      look(Array(repeating: 1 / Double(d), count: d))
      Self.descend(from: best.direction, precision, look)
      Self.descend(from: Array(repeating: 1 / Double(d), count: d), precision, look)
    }
    (value, direction) = best
    scale = factors.reduce(0) { $0 + abs($1.exponent) * ($1.precisions.joined().max() ?? 0) }
  }

  /// Moves weight between coordinates as long as that lowers the precision.
  private static func descend(
    from start: [Double], _ precision: ([Double]) -> Double, _ look: ([Double]) -> Void
  ) {
    var t = start
    var step = 0.5
    while step > 1e-3 {
      var lowest = (precision(t), t)
      for j in t.indices {
        let other = t.indices.map { (1 - step) * t[$0] + ($0 == j ? step : 0) }
        let value = precision(other)
        if value < lowest.0 { lowest = (value, other) }
      }
      if lowest.1 == t { step *= 0.5 } else { t = lowest.1 }
      look(t)
    }
  }

  /// Every pair of coordinates, of the first 24.
  private static func pairs(_ d: Int) -> [(Int, Int)] {
    (0..<min(d, 24)).flatMap { j in (0..<j).map { ($0, j) } }
  }

  private static func inner(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

extension GaussianMixture {
  /// The variances of the components that are the widest in some direction, `[components][d]`.
  var widestVariances: [[Double]] {
    var kept: [[Double]] = []
    for row in Set(standardDeviations).map({ $0.map { $0 * $0 } }) {
      if kept.contains(where: { zip($0, row).allSatisfy { $0 >= $1 } }) { continue }
      kept.removeAll { zip(row, $0).allSatisfy { $0 >= $1 } }
      kept.append(row)
    }
    return kept.sorted { $0.lexicographicallyPrecedes($1) }
  }
}

extension RunPlan {
  /// Refuses compositions of mixtures without a finite integral, at the data or on the way there.
  ///
  /// - Throws: `SetupError` naming the target.
  func checkTails() throws {
    let mixtures = terms.compactMap { $0.model.mixture?.widestVariances }
    guard mixtures.count == terms.count, needs.contains(.weights) else { return }
    let form = reward?.quadraticForm?.precision
    let isKnown = reward == nil || form != nil || reward!.leavesTails
    // A few levels say it: between them precisions are monotone in v, and exponents linear in log v.
    let chosen = Set(stride(from: 0, through: steps, by: max(1, steps / 32)).map { $0 } + [steps])
    for step in chosen.sorted(by: >) {
      let level = path.levels[step]
      // At the denoised point a reward bends the path otherwise; at its end it is that of the state.
      let sees = twist?.looksAhead ?? true || step == steps
      guard sees || isKnown else { continue }
      let factors = zip(terms, mixtures).map { term, variances in
        (exponent: term.exponents[step], precisions: variances.map { $0.map { 1 / ($0 + level) } })
      }
      let tail = TailPrecision(factors, reward: rewardPrecision(at: step, factors))
      guard tail.isImproper else { continue }
      // A reward whose tails are not known may hold it together.
      guard isKnown else { return }
      throw SetupError(
        "target",
        "the composition has no finite integral: at noise level \(level.text(significant: 3)) its precision far out along coordinate "
          + "\(tail.coordinate) is \(tail.value.text(significant: 3)); negative exponents must not outweigh the others "
          + "there, so lower them (or the guidance scale), or use models with wider tails in their place")
    }
  }

  /// The precision that a quadratic reward adds far out at a level, `[d]`; 0 where it adds none.
  ///
  /// - Parameter factors: The exponents and the precisions of the widest components, `[components][d]`.
  private func rewardPrecision(at step: Int, _ factors: [(exponent: Double, precisions: [[Double]])])
    -> [Double]
  {
    let none = [Double](repeating: 0, count: dimensions)
    guard let twist, step < steps else {
      let factor = rewardScales[step] * path.signals[step] * path.signals[step]
      return reward?.quadraticForm?.precision.map { factor * $0 } ?? none
    }
    guard twist.looksAhead, let form = twist.reward.quadraticForm?.precision else { return none }
    return form.indices.map { j in
      let own = factors.reduce(0) { sum, factor in
        sum + factor.exponent * (factor.precisions.map { $0[j] }.min() ?? 0)
      }
      // Where the path is expected to end, as a multiple of the state.
      let response = twist.signal * (1 - twist.pulls[step] * own)
      let widening = 1 + twist.variances[step] * max(form[j], 0)
      return twist.scales[step] * form[j] * response * response / widening
    }
  }
}
