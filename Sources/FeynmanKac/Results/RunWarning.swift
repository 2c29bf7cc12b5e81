/// Something that a user should know of a run: a sign that its figures are not to be trusted, or could be better.
///
/// What a plan warns of is known before the run, the rest is decided once, at its end. `summary.json`, standard error,
/// sweeps' tables and reports all show the same list.
public struct RunWarning: Sendable, Equatable {
  /// What kind of warning it is; the raw value is its name in files.
  public enum Code: String, Sendable, CaseIterable {
    // MARK: Known before the run
    /// `correction: .none` samples the composed scores.
    case uncorrected
    /// Without control the weights' variance is infinite for this noise scale.
    case infiniteVariance = "infinite-variance"
    /// The steps are too long for the path, the exponents or the noise scale.
    case longSteps = "long-steps"
    /// A setting that is right only as steps shrink, or not even then.
    case approximation
    /// Resampling without noise makes copies that never part.
    case copies
    /// A generator of random numbers that is known to be bad.
    case weakGenerator = "weak-generator"
    /// A model may be asked below the noise that it was trained on.
    case untrainedNoise = "untrained-noise"
    /// A model that the target does not use.
    case unusedModel = "unused-model"
    /// A model or a part of it whose answers may change between runs.
    case unreproducible
    /// A reward is asked where it may not answer well.
    case rewardPoint = "reward-point"

    // MARK: Decided after the run
    /// One ancestor for all.
    case collapse
    /// Too few ancestors for a standard error.
    case fewAncestors = "few-ancestors"
    /// The tail of the ancestors' weights is too heavy for a standard error.
    case heavyTail = "heavy-tail"
    /// One island has most of the weight.
    case oneIsland = "one-island"
    /// log Z has no standard error for another reason.
    case noStandardError = "no-standard-error"
    /// Z is known to a factor at best.
    case largeStandardError = "large-standard-error"
    /// The Gaussian start does not fit.
    case poorStart = "poor-start"
    /// A step loses much of the effective sample size.
    case fallingSampleSize = "falling-sample-size"
    /// Few effective samples at the end.
    case lowSampleSize = "low-sample-size"
    /// One particle has much of the weight.
    case heavyParticle = "heavy-particle"
    /// Weights degenerate about as fast as they are mended.
    case manyResamplings = "many-resamplings"
    /// The step size moves a figure by more than its Monte Carlo error.
    case stepSizeError = "step-size-error"
    /// The step-size error is not known where it may well be large.
    case unknownStepSizeError = "unknown-step-size-error"
    /// A pilot found no number of steps within the tolerance.
    case tolerance
    /// log Z still moves where the path ends.
    case lateLogNormalizer = "late-log-normalizer"
    /// Mass of the target where the run has no particle.
    case missedMass = "missed-mass"
    /// An independent estimate of log Z is lower by more than both errors.
    case disagreement
    /// The reward is the same at all particles.
    case flatReward = "flat-reward"
    /// Particles were dropped where a model failed.
    case droppedParticles = "dropped-particles"
    /// The Gaussian start is not the one that the models' scores have, or they have none.
    case wrongStart = "wrong-start"
    /// The data's spread that a model states is not the one that its scores have.
    case wrongSpread = "wrong-spread"
    /// Scores and particles disagree about the density.
    case inconsistentScores = "inconsistent-scores"
    /// Far beyond the particles the composed scores are not those of a density with a finite integral.
    case improperTails = "improper-tails"
    /// A network's output is not what was stated.
    case prediction
  }

  /// Its kind.
  public let code: Code
  /// What was seen, with figures, and what to try.
  public let sentence: String
  /// True where the run's figures may be off by more than their errors.
  public let isDoubt: Bool

  /// - Parameters:
  ///   - code: Its kind.
  ///   - sentence: One or two sentences with their full stops, names and values of settings in backquotes.
  ///   - isDoubt: True where figures may be off by more than their errors.
  public init(_ code: Code, _ sentence: String, isDoubt: Bool = false) {
    self.code = code
    self.sentence = sentence
    self.isDoubt = isDoubt
  }
}

/// Whether a run's figures can be taken for right within their errors.
public enum Trust: String, Sendable, CaseIterable {
  /// No rule found a reason for doubt.
  case ok
  /// A warning says why the figures may be off by more than their errors.
  case doubtful

  /// - Parameter warnings: All of a run.
  public init(_ warnings: [RunWarning]) { self = warnings.contains(where: \.isDoubt) ? .doubtful : .ok }
}
