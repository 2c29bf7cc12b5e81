internal import CGSL
import Libc

/// Weighted samples of the target and what is known about them.
public struct RunResult: Sendable {
  /// Row-major `[particles, dimensions]`, in `x` coordinates.
  public let samples: [Float]
  /// `[particles]`, in nats, normalised: their log-sum-exp is 0.
  public let logWeights: [Double]
  /// `[particles]`: the index at the start of the path that each particle descends from.
  public let ancestors: [Int64]
  /// Who descends from whom on the way, at up to 32 levels; one level from 4,194,304 particles on.
  public let genealogy: Genealogy
  /// `d`, the length of a sample.
  public let dimensions: Int
  /// `D`: `d` for vectors, `3(n−1)` for `n` atoms without their centre of mass.
  public let intrinsicDimensions: Int
  /// How many islands share the particles; island `k` holds the `k`-th run of `particles / islands` rows.
  public let islands: Int
  /// log Z at the end, absolute, in nats; nil without correction.
  public let logNormalizer: Estimate?
  /// log Z at the start of the path; nil without correction.
  public let logNormalizerInitial: Double?
  /// log Z of each island; empty without correction.
  public let islandLogNormalizers: [Double]
  /// Over all islands, after the merge: from 1 to the number of particles.
  public let effectiveSampleSize: Double
  /// The least of all steps, before resampling.
  public let minimumEffectiveSampleSize: Double
  /// How often an island resampled, summed over islands.
  public let resampleCount: Int
  /// The number of particles at the start that still have descendants at the end.
  public let uniqueAncestors: Int
  /// What was dropped where models failed; nil where that ends the run.
  public let dropped: DroppedParticles?
  /// How often whole islands were resampled; nil where they never are.
  public let islandExchanges: Int?
  /// `1/Σ Wₑ²`, `Wₑ` the weight of all descendants of one particle of the start: how many of them the result rests on.
  public let effectiveAncestors: Double
  /// The Pareto shape of the tail of `Wₑ`, as in Pareto-smoothed importance sampling: above 1/2 their variance is infinite, and standard errors
  /// may be far too small. Nil without correction, and for few particles.
  public let paretoShape: Double?
  /// Rows that each model was asked for, in the order of the target's terms; a pilot's, those of the runs that tell the step-size
  /// error and those that the start was fitted to are among them.
  public let modelEvaluations: [(model: String, rows: Int)]
  /// Rows that each model was asked for beside these, to see whether a Gaussian start is its own; 0 where it is exact or fitted.
  public let startCheckEvaluations: Int
  /// How well the start fitted the models' scores; nil where it is another.
  public let startFit: StartFit?
  /// What moves at the levels came to; nil where the sampler has none.
  public let rejuvenation: RejuvenationFigures?
  /// The last step at which each island asked both branches of a guided pair, nil where it did so to the end;
  /// empty where no threshold was given for it.
  public let alignedSteps: [Int?]
  /// What was chosen before the run; nil where every setting was given.
  public let pilot: Pilot?
  /// What the step size did; nil where `stepSizeError` is none, or where the coarser run failed.
  public internal(set) var stepSizeError: StepSizeError?
  /// `steps + 1` rows.
  public let trace: [StepReport]
  /// Seconds of sampling alone.
  public let wallSeconds: Double
  /// How many threads sampled.
  public let threads: Int
  /// log Z once more, from draws that no particle of the run had a part in; nil where a model is no mixture of Gaussians.
  public let independentEstimate: Estimate?
  /// What a user should know of the figures: what the plan warned of, and what the run showed.
  public internal(set) var warnings: [RunWarning] = []
}

// MARK: - Weighted statistics

extension RunResult {
  /// Whether the figures can be taken for right within their errors.
  public var trust: Trust { Trust(warnings) }

  /// How many steps the path had.
  public var steps: Int { trace.count - 1 }

  /// How many particles there are over all islands.
  public var particles: Int { logWeights.count }

  /// The weighted mean of each coordinate, length `d`, in data units.
  public var weightedMean: [Double] { weightedSum { value, _ in value } }

  /// The weighted variance of each coordinate, length `d`, in squared data units.
  public var weightedVariance: [Double] {
    let mean = weightedMean
    return weightedSum { value, j in (value - mean[j]) * (value - mean[j]) }
  }

  /// `Σ Wᵢ f(xᵢⱼ, j)` for every coordinate `j`.
  private func weightedSum(_ function: (Double, Int) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: dimensions)
    for (particle, logWeight) in logWeights.enumerated() {
      let weight = exp(logWeight)
      for j in 0..<dimensions {
        sums[j] += weight * function(Double(samples[particle * dimensions + j]), j)
      }
    }
    return sums
  }

  /// `count` equally weighted samples, row-major `[count, d]`, drawn systematically and then shuffled.
  ///
  /// - Parameters:
  ///   - count: At least 1, and not bound by the number of particles.
  ///   - seed: Any value; the same seed draws the same samples.
  public func resampled(_ count: Int, seed: UInt64 = 0) -> [Float] {
    resampledIndices(count, seed: seed).flatMap { samples[$0 * dimensions..<($0 + 1) * dimensions] }
  }

  /// The particles that `resampled` draws.
  public func resampledIndices(_ count: Int, seed: UInt64 = 0) -> [Int] {
    Self.resampledIndices(of: logWeights, count, seed: seed)
  }

  /// The particles that a run with these normalised log-weights draws.
  package static func resampledIndices(of logWeights: [Double], _ count: Int, seed: UInt64) -> [Int] {
    precondition(count > 0, "asked for \(count) samples")
    var generator = PhiloxGenerator(StreamKey(seed: seed, island: 0, step: 0, purpose: .output))
    let offset = generator.uniform()
    var picks: [Int] = []
    picks.reserveCapacity(count)
    let lastPositive = logWeights.lastIndex { $0 > -.infinity }!
    var cumulative = 0.0
    var particle = -1
    for index in 0..<count {
      let point = (Double(index) + offset) / Double(count)
      while particle < lastPositive, particle < 0 || cumulative <= point {
        particle += 1
        cumulative += exp(logWeights[particle])
      }
      picks.append(particle)
    }
    picks.shuffle(using: &generator)
    return picks
  }
}

// MARK: - Errors of the figures

extension RunResult {
  /// The 95 % interval of log Z, in nats. Nil where there is no standard error. A network's own error is in none of this.
  ///
  /// Its middle is not `logNormalizer.value` itself: `log Ẑ` is low by half its variance, since it is `Ẑ` that is unbiased, and off by the step-size
  /// error, where that was measured. Its half is the Monte Carlo error and the noise of the step-size error, each by Student's t, and what of the
  /// step-size error is not noise once more, as the order of a scheme is that of short steps. Weights that are all the same have neither, and then
  /// the rounding of scores in single precision is left.
  public var logNormalizerInterval: (low: Double, high: Double)? {
    guard let estimate = logNormalizer, let standardError = estimate.standardError else { return nil }
    let degrees = estimate.degreesOfFreedom.map(Double.init) ?? ancestralDegreesOfFreedom
    let monteCarlo = Self.quantile(degreesOfFreedom: degrees) * standardError
    var middle = estimate.value + 0.5 * standardError * standardError
    var half = monteCarlo
    if let step = stepSizeError?.logNormalizer {
      middle -= step.value
      let noise = step.standardError ?? abs(step.value)
      half = hypot(
        hypot(half, Self.quantile(degreesOfFreedom: step.degreesOfFreedom) * noise),
        max(0, abs(step.value) - 2 * noise))
    }
    half = hypot(half, Self.rounding)
    return (middle - half, middle + half)
  }

  /// What single precision was seen to leave of log Z, 1e-9 to 1e-7 nats for Gaussians in two dimensions, and some more; in nats.
  private static let rounding = 1e-6

  /// The degrees of freedom of the standard error of log Z by ancestors.
  private var ancestralDegreesOfFreedom: Double? {
    let weights = logWeights.map { exp($0) }
    return influenceGroups?.spread(less: 1 / Double(particles)) { weights[$0] }.degreesOfFreedom
  }

  /// Who is independent of whom; nil where that is not known.
  private var influenceGroups: InfluenceGroups? {
    logNormalizer?.standardErrorMethod.map { method in
      InfluenceGroups(islands: islands, particles: particles, method: method) { Int(ancestors[$0]) }
    }
  }

  /// Monte Carlo standard errors of the weighted mean of each coordinate, length `d`, in data units, from the same
  /// independent groups of particles as that of log Z, so that they count what resampling does. Nil where log Z has none.
  public var meanStandardErrors: [Double]? {
    guard let groups = influenceGroups else { return nil }
    let weights = logWeights.map { exp($0) }
    let mean = weightedMean
    return (0..<dimensions).map { j in
      groups.standardError { weights[$0] * (Double(samples[$0 * dimensions + j]) - mean[j]) }
    }
  }

  /// 97.5 % of Student's t; of the normal distribution where the degrees of freedom are not known.
  static func quantile(degreesOfFreedom: Double?) -> Double {
    degreesOfFreedom.map { fk_student_t_quantile(0.975, $0) } ?? 1.959964
  }
}
