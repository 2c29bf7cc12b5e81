/// What the rules for warnings look at once a run is done.
package struct RunEvidence {
  package var particles: Int
  package var islands: Int
  package var steps: Int
  package var carriesWeights: Bool
  /// log Z; nil where weights are not carried.
  package var logNormalizer: Estimate?
  package var islandLogNormalizers: [Double]
  package var effectiveSampleSize: Double
  package var uniqueAncestors: Int
  /// `1/Σ Wₑ²` over the particles of the start.
  package var effectiveAncestors: Double
  /// How many of them an island needs before its standard error has been seen to hold.
  package var trustedAncestors: Double
  /// The Pareto shape of the tail of ancestors' weights; nil where it isn't known.
  package var paretoShape: Double?
  /// The weights' variance is finite whatever the data make of it.
  package var hasLightTail = true
  /// The largest weight of a particle, from 0 to 1.
  package var heaviestWeight: Double
  package var resampleCount: Int
  /// The step-size error; nil where no coarser run went along, or where it failed.
  package var stepSizeError: StepSizeError?
  /// A coarser run went along and its steps were too long for it.
  package var coarserRunHasFailed: Bool
  package var pilot: Pilot?
  package var trace: [StepReport]
  package var checks = RunChecks()
  /// What was dropped where models failed.
  package var dropped: DroppedParticles?
  /// What plain samples of the models weigh where the run has no particle; nil without them.
  var unreached: UnreachedMass?
  /// What the run's weight rests on at places much narrower than the rest; nil where there are none.
  var narrow: NarrowMass?
  /// The composed scores far beyond the particles; nil where they are not in question.
  var far: FarScores?
  /// The reward at all particles where it is the same and more elsewhere cannot be excluded, in nats.
  package var flatReward: Double?
  /// The share of the target's mass that is at places without particles.
  package var emptyShare = 0.0
  /// A mean that the draws have elsewhere, with its own error.
  package var offMean: (coordinate: Int, mean: Double, error: Double)?
  /// The most that the curvature of a reward at the state took of a step's noise variance.
  package var stiffness = 0.0
  /// Every model knows its log density, and so is right at every level.
  package var hasExactModels = true
  /// `v` below which exponents move on a late path; nil on others.
  package var lateLevel: Double?
  /// Exponents move at the end of the path.
  package var movesExponents = false
  /// Log densities that models do not know are carried along the path.
  package var carriesLogDensities = false
  /// Exponents stand still though a late path was possible and would be shorter.
  package var couldBeLate = false
  /// Weights are the rates of the log-weight, summed by the trapezoid.
  package var integratesRates = true
  /// Nothing but scores and the gradient of a reward at the state is in the composed score.
  package var followsScores = true
  /// `E|y|²/D` at the end of the path, in squared data units, and `A` there.
  package var meanSquare: Double
  package var exponentSum = 1.0

  /// - Parameters:
  ///   - result: All of it but its warnings.
  ///   - carriesWeights: False without correction.
  ///   - trustedAncestors: How many effective ancestors an island needs.
  ///   - coarserRunHasFailed: A coarser run went along and its steps were too long for it.
  package init(
    _ result: RunResult, carriesWeights: Bool = true, trustedAncestors: Double,
    coarserRunHasFailed: Bool = false
  ) {
    particles = result.particles
    islands = result.islands
    steps = result.steps
    self.carriesWeights = carriesWeights
    logNormalizer = result.logNormalizer
    islandLogNormalizers = result.islandLogNormalizers
    effectiveSampleSize = result.effectiveSampleSize
    uniqueAncestors = result.uniqueAncestors
    effectiveAncestors = result.effectiveAncestors
    paretoShape = result.paretoShape
    self.trustedAncestors = trustedAncestors
    heaviestWeight = Self.exponential(result.logWeights.max() ?? 0)
    resampleCount = result.resampleCount
    stepSizeError = result.stepSizeError
    self.coarserRunHasFailed = coarserRunHasFailed
    dropped = result.dropped
    pilot = result.pilot
    trace = result.trace
    meanSquare =
      zip(result.weightedMean, result.weightedVariance).reduce(0) { $0 + $1.0 * $1.0 + $1.1 }
      / Double(result.intrinsicDimensions)
  }

  /// What the rules found, in the order in which it is shown.
  package var warnings: [RunWarning] {
    guard carriesWeights else { return [] }
    return Self.rules.compactMap { $0(self) }
  }

  /// Every rule.
  private static let rules: [@Sendable (RunEvidence) -> RunWarning?] = [
    collapse, fewAncestors, heavyTail, oneIsland, noSpread, largeStandardError, poorStart, fallingSampleSize,
    lowSampleSize,
    heavyParticle, manyResamplings, stepSizeExceeds, trapezoidExceeds, coarserRunFailed, carriedUnmeasured,
    stiffReward,
    tolerance, wrongStart, wrongSpread, steepScores,
    missedMass, unreachedMass, narrowMass,
    flatReward, droppedParticles, disagreement, inconsistentScores, improperTails, lateLogNormalizer,
  ]
}
