/// What is read back of a run that is to be merged with others of the same target.
package struct RunPiece {
  package var dimensions = 0
  package var intrinsicDimensions = 0
  /// Row-major `[particles, dimensions]`.
  package var samples: [Float] = []
  /// `[particles]`, in nats, normalised.
  package var logWeights: [Double] = []
  package var ancestors: [Int64] = []
  package var genealogy = Genealogy(steps: [], parents: [], particles: 0)
  package var islands = 1
  /// log Z and that of the start, in nats; nil without correction.
  package var logNormalizer: Double?
  package var logNormalizerInitial: Double?
  package var standardError: Double?
  package var islandLogNormalizers: [Double] = []
  package var effectiveAncestors = 0.0
  package var dropped: DroppedParticles?
  /// Whether some islands may be copies of others, so that their spread tells no error.
  package var exchangesIslands = false
  package var resampleCount = 0
  package var modelEvaluations: [(model: String, rows: Int)] = []
  package var startCheckEvaluations = 0
  package var trace: [StepReport] = []
  package var wallSeconds = 0.0
  package var threads = 1
  package var independent: (value: Double, standardError: Double)?
  package var stepSizeError: StepSizeError?
  package var warnings: [RunWarning] = []

  package init() {}

  package var particles: Int { logWeights.count }
}
