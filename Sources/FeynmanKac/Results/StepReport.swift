/// What a person wants to know of one step; also one row of the trace.
public struct StepReport: Sendable, Equatable, BitwiseCopyable {
  /// 0 is the start, `steps` the end.
  public let step: Int
  /// How many steps the run will have.
  public let steps: Int
  /// `t` of the sampler's process.
  public let time: Double
  /// `v`, in squared data units.
  public let noiseLevel: Double
  /// Over all islands together, from 1 to the number of particles; before this step's resampling.
  public package(set) var effectiveSampleSize: Double
  /// log Z at this step minus log Z at the start, in nats; nil where weights are not carried.
  public package(set) var logNormalizerRatio: Double?
  /// `E[⟨y, S + ∇r⟩]/D + 1` over the weighted particles: 0 where scores and particles belong to one density; nil where weights
  /// are no sum of rates, and where more than scores is in the drift.
  public package(set) var scoreResidual: Float?
  /// The standard error of `scoreResidual`.
  public package(set) var scoreResidualError: Float?
  /// The number of islands that resampled at this step.
  public package(set) var resampledIslands: Int
  /// The number of time-0 ancestors that still have descendants.
  public let uniqueAncestors: Int
  /// `θ` of the control, averaged over islands; 0 without control.
  public let controlSlope: Double
  /// The cosine between a guided pair's scores, averaged over the particles of islands that ask both branches; nil where
  /// none does or no threshold was given for it.
  public let alignment: Double?
  /// The mean probability with which moves at the level were accepted; nil where none were made, or none can be refused.
  public let moveAcceptance: Double?
  /// `ε` of the moves at the level, in squared data units; nil where none were made.
  public let moveSize: Double?

  /// Seconds since sampling began; not part of the trace.
  public let elapsedSeconds: Double
  /// Particles × steps done so far, per second.
  public let particleStepsPerSecond: Double

  package init(
    step: Int, steps: Int, time: Double, noiseLevel: Double, effectiveSampleSize: Double,
    logNormalizerRatio: Double?, scoreResidual: Float?, scoreResidualError: Float?, resampledIslands: Int,
    uniqueAncestors: Int, controlSlope: Double, alignment: Double?, moveAcceptance: Double?,
    moveSize: Double?, elapsedSeconds: Double, particleStepsPerSecond: Double
  ) {
    self.step = step
    self.steps = steps
    self.time = time
    self.noiseLevel = noiseLevel
    self.effectiveSampleSize = effectiveSampleSize
    self.logNormalizerRatio = logNormalizerRatio
    self.scoreResidual = scoreResidual
    self.scoreResidualError = scoreResidualError
    self.resampledIslands = resampledIslands
    self.uniqueAncestors = uniqueAncestors
    self.controlSlope = controlSlope
    self.alignment = alignment
    self.moveAcceptance = moveAcceptance
    self.moveSize = moveSize
    self.elapsedSeconds = elapsedSeconds
    self.particleStepsPerSecond = particleStepsPerSecond
  }
}
