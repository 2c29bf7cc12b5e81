internal import CKernels
import Libc

/// log Z by importance sampling at the end of the path, for compositions of mixtures of Gaussians.
///
/// The draws come from Gaussians at every place where powers of components meet, so that they see modes that no particle
/// of the run may have reached: a rare, narrow mode of a mixture has too small a share of the noised composition for any
/// particle, and after that nothing in the run shows it. What these draws find beyond the run is mass that it missed.
/// - Source: derived in <doc:Trust>.
struct IndependentEstimate: Sendable {
  /// log Z of the target in `x` coordinates, in nats.
  let logNormalizer: Double
  /// Its standard error.
  let standardError: Double
  /// The effective sample size of the draws, by their weights.
  let effectiveSampleSize: Double
  /// The number of draws.
  let draws: Int
  /// The mean of each coordinate, `[d]`, in data units.
  let mean: [Double]
  /// Its standard error.
  let meanStandardError: [Double]
  /// Where the mass is; nil for a single place and for too many.
  let regions: MassRegions?

  /// Few of the draws have most of the weight where this is false.
  var isReliable: Bool { effectiveSampleSize >= max(100, 0.1 * Double(draws)) }

  /// Products of more components than these are not enumerated.
  private static let largestCount = 4096
  /// Neither is memory taken for draws of more coordinates than these.
  private static let largestDimensions = 4096

  /// The share of the draws that come from Gaussians wider than their places, and how much wider these are.
  private struct Widening {
    let share: Double
    let factor: Double

    static let usual = Widening(share: 0.1, factor: 1.4)
    /// Nobody knows where a black box has its mass, and the tails of the places are most of where it can be.
    static let far = Widening(share: 0.5, factor: 2)
  }

  /// The estimate; nil where a model is no mixture, where there are too many places, or where a model or the reward fails.
  init?(_ plan: RunPlan, seed: UInt64) {
    guard plan.needs.contains(.weights), plan.atoms == nil, plan.dimensions <= Self.largestDimensions,
      let places = Self.places(plan), !places.isEmpty
    else { return nil }
    let d = plan.dimensions
    let particleSteps = plan.particles.multipliedSaturating(by: plan.steps)
    let isKnown = plan.reward?.isClosedForm ?? true
    // A few hundredths of the run's work, and no more than a fixed amount.
    let affordable = min(particleSteps / 200, 200_000 / (places.count * d))
    // A black box may take all of a run's time: it is asked a twentieth of what the run asks it.
    let count = isKnown ? max(250, min(16_384, affordable)) : max(100, min(1024, particleSteps / 20))
    let draws = Self.draw(count, from: places, dimensions: d, isKnown ? .usual : .far, seed: seed)
    guard let targets = Self.logTargets(draws.points, count: count, plan) else { return nil }
    let (logDensities, nearest) = draws.densities()
    let logWeights = zip(targets, logDensities).map { $0 - $1 }
    guard logWeights.contains(where: { $0 > -.infinity }), !logWeights.contains(where: \.isNaN) else {
      return nil
    }
    let moments = logWeights.withUnsafeBufferPointer { WeightMoments(of: $0) }
    self.draws = count
    effectiveSampleSize = moments.effectiveSampleSize
    standardError = max(0, 1 / moments.effectiveSampleSize - 1 / Double(count)).squareRoot()
    logNormalizer = moments.logMean(of: count) + plan.coordinateShift(at: plan.steps)
    let weights = logWeights.map { exp($0 - moments.logSum) }
    regions = MassRegions(draws.table, nearest: nearest, weights: weights)
    (mean, meanStandardError) = Self.means(
      of: draws.points, dimensions: d, weights: weights, signal: plan.path.signals[plan.steps])
  }

  // MARK: - Where the target may have mass

  private static func places(_ plan: RunPlan) -> [GaussianMass]? {
    let level = plan.path.levels[plan.steps]
    let signal = plan.path.signals[plan.steps]
    let scale = plan.rewardScales[plan.steps]
    let form = plan.reward?.quadraticForm
    let precision = (0..<plan.dimensions).map { scale * signal * signal * (form?.precision[$0] ?? 0) }
    let slope = (0..<plan.dimensions).map { scale * signal * (form?.slope[$0] ?? 0) }
    var positive: [[GaussianMass.Factor]] = []
    var negative: [[GaussianMass.Factor]] = []
    var count = 1
    for term in plan.terms {
      guard let mixture = term.model.mixture else { return nil }
      let exponent = term.exponents[plan.steps]
      let factors = mixture.weights.indices.map { k in
        GaussianMass.Factor(
          exponent: exponent, logWeight: log(mixture.weights[k]), mean: mixture.means[k][...],
          variance: mixture.standardDeviations[k].map { $0 * $0 + level })
      }
      if exponent > 0 {
        positive.append(factors)
        count *= factors.count
      } else if exponent < 0 {
        negative.append(factors)
      }
      guard count <= largestCount else { return nil }
    }
    let near = (0..<count).compactMap { number -> GaussianMass? in
      let chosen = tuple(number, of: positive)
      guard let first = GaussianMass(chosen, precision: precision, slope: slope) else { return nil }
      // The components that a negative power is made of there are those that are nearest.
      var place = first
      for _ in 0..<2 where !negative.isEmpty {
        let nearest = negative.map { factors in
          factors.max { $0.logDensity(at: place.mean) < $1.logDensity(at: place.mean) }!
        }
        guard let next = GaussianMass(chosen + nearest, precision: precision, slope: slope) else {
          return first
        }
        place = next
      }
      return place
    }
    // Far out, a component that is nowhere near may be what a negative power is made of: looked at, without a mass of its
    // own, which would be too large by as much as the other components are there.
    let all = positive + negative
    let total = all.reduce(1) { min($0 * $1.count, largestCount + 1) }
    guard !negative.isEmpty, total <= largestCount else { return near }
    let choices = (0..<total).map { tuple($0, of: all) }
    return near
      + choices.compactMap { GaussianMass($0, precision: precision, slope: slope)?.withoutMass }
      + CompositionPeaks(powers: all, precision: precision, slope: slope).gaussians(from: choices)
  }

  private static func tuple(_ number: Int, of factors: [[GaussianMass.Factor]]) -> [GaussianMass.Factor] {
    var rest = number
    return factors.map { own in
      defer { rest /= own.count }
      return own[rest % own.count]
    }
  }

  // MARK: - Draws

  private struct Draws {
    let table: GaussianTable
    let widening: Widening
    let logShares: [Double]
    let points: [Float]

    /// `log Σ share · [(1 − w) N + w N widened]` of every draw, and the place that has the highest `N` of its own.
    func densities() -> (logDensities: [Double], nearest: [Int]) {
      let d = table.dimensions
      let narrow = log(1 - widening.share)
      let wide = log(widening.share) - Double(d) * log(widening.factor)
      // What the exponent of a widened Gaussian has more.
      let gain = 0.5 * (1 - 1 / (widening.factor * widening.factor))
      var logDensities: [Double] = []
      var nearest: [Int] = []
      logDensities.reserveCapacity(points.count / d)
      nearest.reserveCapacity(points.count / d)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * table.count) { scratch in
        let (squares, own) = (scratch.baseAddress!, scratch.baseAddress! + table.count)
        points.withUnsafeBufferPointer { points in
          for row in 0..<points.count / d {
            nearest.append(
              table.evaluate(at: points.baseAddress! + row * d, squares: squares, logDensities: own))
            var highest = -Double.infinity
            for index in 0..<table.count {
              own[index] += logShares[index]
              highest = max(highest, max(own[index] + narrow, own[index] + gain * squares[index] + wide))
            }
            var sum = 0.0
            for index in 0..<table.count {
              let (first, second) = (
                own[index] + narrow - highest, own[index] + gain * squares[index] + wide - highest
              )
              if first > -40 { sum += exp(first) }
              if second > -40 { sum += exp(second) }
            }
            logDensities.append(highest + log(sum))
          }
        }
      }
      return (logDensities, nearest)
    }
  }

  /// `Σ wx` with its standard error `(Σ w²(x − mean)²)^½`.
  private static func means(of points: [Float], dimensions d: Int, weights: [Double], signal: Double)
    -> (mean: [Double], standardError: [Double])
  {
    func sums(_ term: (Double, Double, Int) -> Double) -> [Double] {
      var sums = [Double](repeating: 0, count: d)
      for (row, weight) in weights.enumerated() {
        for j in 0..<d { sums[j] += term(weight, signal * Double(points[row * d + j]), j) }
      }
      return sums
    }
    let mean = sums { weight, x, _ in weight * x }
    return (
      mean, sums { weight, x, j in weight * weight * (x - mean[j]) * (x - mean[j]) }.map { $0.squareRoot() }
    )
  }

  /// Places in proportion to their masses, but none with less than a share of its own.
  private static func draw(
    _ count: Int, from places: [GaussianMass], dimensions d: Int, _ widening: Widening, seed: UInt64
  ) -> Draws {
    let logSum = LogWeights.logSumExp(places.map(\.logMass))
    let shares = places.map { 0.9 * exp($0.logMass - logSum) + 0.1 / Double(places.count) }
    var points = [Float](repeating: 0, count: count * d)
    let key = StreamKey(seed: seed, island: 0, step: 0, purpose: .check)
    points.withUnsafeMutableBufferPointer {
      fk_fill_normals(
        $0.baseAddress!, $0.count, key.seed, key.words.step, key.words.block, key.words.islandAndPurpose)
    }
    var generator = PhiloxGenerator(StreamKey(seed: seed, island: 0, block: 1, step: 0, purpose: .check))
    let offset = generator.uniform()
    var place = 0
    var end = shares[0]
    for row in 0..<count {
      let point = (Double(row) + offset) / Double(count)
      while point >= end, place + 1 < places.count {
        place += 1
        end += shares[place]
      }
      let scale = generator.uniform() < widening.share ? widening.factor : 1
      for j in 0..<d {
        let index = row * d + j
        points[index] = Float(
          places[place].mean[j] + scale * places[place].deviation[j] * Double(points[index]))
      }
    }
    return Draws(
      table: GaussianTable(places), widening: widening, logShares: shares.map { log($0) }, points: points)
  }

  /// `Σ aᵢ log qᵢ + λ r` at the end of the path; nil where a model or the reward fails.
  private static func logTargets(_ points: [Float], count: Int, _ plan: RunPlan) -> [Double]? {
    let d = plan.dimensions
    var sums = [Double](repeating: 0, count: count)
    var values = [Double](repeating: 0, count: count)
    var vectors = [Float](repeating: 0, count: count * d)
    let size = plan.terms.map { $0.model.workspaceSize(rows: count) }.max() ?? 0
    let workspace = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 * size + 64, alignment: 64)
    defer { workspace.deallocate() }
    let floats = workspace.bindMemory(to: Float.self)
    let signal = Float(plan.path.signals[plan.steps])
    let scaled = points.map { signal * $0 }
    let scale = plan.rewardScales[plan.steps]
    do {
      try vectors.withUnsafeMutableBufferPointer { vectors in
        try values.withUnsafeMutableBufferPointer { values in
          for term in plan.terms {
            try points.withUnsafeBufferPointer { states in
              try term.model.evaluate(
                ScoreBatch(
                  count: count, dimensions: d, states: states.baseAddress!, scores: vectors.baseAddress!,
                  logDensities: values.baseAddress!, workspace: floats), at: term.points[plan.steps])
            }
            for row in 0..<count { sums[row] += term.exponents[plan.steps] * values[row] }
          }
        }
      }
      if let reward = plan.reward, scale != 0 {
        for (row, value) in try reward.values(at: scaled, dimensions: d).enumerated() {
          sums[row] += scale * value
        }
      }
    } catch { return nil }
    return sums
  }
}
