/// What a pilot found and chose before a run whose settings say `auto`.
///
/// A pilot runs a few particles along the path several times, each time together with a run of twice the step length and
/// the same noise (see ``StepSizeError``), and asks three things: which step-size error log Z has, where along the path
/// the weights of the two runs part, and how much the weights vary. Its random numbers have seeds of their own that are
/// functions of the run's.
///
/// - *The grid.* Of the increment by which a particle's two log-weights part, the weighted mean square `aₖ` over each
///   double step. In steps of length Δ it goes as Δ³ (Δ⁶ without noise), so that steps of equal `aₖ`, which make its sum
///   least, lie as densely as `aₖ^(1/3) / Δₖ`. No step is longer than four times the mean.
/// - *The number of steps.* They grow until the step-size error of log Z and its own standard error together are within
///   `tolerance` standard errors of the run's log Z, and in any case where they are within 0.001. There are at least 2c
///   and ½(1+c²)A for each unit of log v, below which the order of a scheme does not show.
/// - *The noise scale.* Of 1, 2, 3 and 4, as long as it improves, the one for which steps times the variance of log Z
///   is least; with given steps, the one of least variance whose step-size error is within the tolerance.
public struct Pilot: Sendable, Codable {
  /// The number of particles of a pilot; fewer where the run has fewer.
  public static let particles = 512
  /// More steps than these are never chosen.
  public static let maximumSteps = 4096
  /// No round of a pilot has more; what more steps would do follows from the order of the scheme.
  public static let maximumRoundSteps = 512
  /// How many rounds there are for one noise scale.
  public static let maximumRounds = 6
  /// The noise scales that `auto` tries.
  public static let noiseScales = [1.0, 2, 3, 4]
  /// The least error that is asked of log Z, in nats.
  public static let finestError = 1e-3

  /// The number of particles that this one had.
  public let particles: Int
  /// The levels `v` that were chosen or given, from noise to data.
  public let noiseLevels: [Double]
  /// The constant that was chosen; nil where the noise scale was given.
  public let noiseScale: Double?
  /// The step-size error of log Z with these, in nats, by all rounds together.
  public let logNormalizerError: Double
  /// The standard error of that step-size error, in nats.
  public let logNormalizerErrorStandardError: Double
  /// The standard error of log Z that the run is expected to have, in nats, by its effective sample sizes.
  public let expectedStandardError: Double
  /// What `tolerance` allows of a step-size error, in nats.
  public let allowedError: Double
  /// False where the bound on steps came first, or where the given steps are too few.
  public let isWithinTolerance: Bool
  /// How many pairs of runs were made.
  public let rounds: Int
  /// Rows that each model was asked for by the pilot.
  public var modelEvaluations: [(model: String, rows: Int)] { asked.each }
  let asked: ModelEvaluations

  /// The number of steps.
  public var steps: Int { noiseLevels.count - 1 }
}
