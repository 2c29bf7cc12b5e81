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
  /// `1/Σ Wₑ²`, `Wₑ` the weight of all descendants of one particle of the start: how many of them the result rests on.
  public let effectiveAncestors: Double
  /// Rows that each model was asked for, in the order of the target's terms; a pilot's and those of the run of twice the
  /// step length are among them.
  public let modelEvaluations: [(model: String, rows: Int)]
  /// Rows that each model was asked for beside these, to see whether the Gaussian start is its own; 0 where it is exact.
  public let startCheckEvaluations: Int
  /// The last step at which each island asked both branches of a guided pair, nil where it did so to the end;
  /// empty where no threshold was given for it.
  public let alignedSteps: [Int?]
  /// What was chosen before the run; nil where every setting was given.
  public let pilot: Pilot?
  /// What the step size did; nil where `stepSizeError` is none, or where the coarser run failed.
  public let stepSizeError: StepSizeError?
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
