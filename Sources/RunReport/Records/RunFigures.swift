import FeynmanKac
import RunConfigurations

/// The figures of a run, as its `summary.json` has them.
struct RunFigures {
  let seed: String
  let particles: Int
  let dimensions: Int
  let intrinsicDimensions: Int
  let islands: Int
  let steps: Int
  let threads: Int
  /// The log normalizer in nats; nil without correction.
  let logNormalizer: Double?
  let logNormalizerInitial: Double?
  let standardError: Double?
  let estimator: String?
  let degreesOfFreedom: Double?
  let islandLogNormalizers: [Double]
  let effectiveSampleSize: Double
  let minimumEffectiveSampleSize: Double
  let resampleCount: Int
  let uniqueAncestors: Int
  let variance: [Double]
  /// The weighted mean of each coordinate, and its Monte Carlo error; empty where the folder does not say.
  let mean: [Double]
  let meanErrors: [Double]
  let modelEvaluations: [(name: String, text: String)]
  let wallSeconds: Double
  let particleStepsPerSecond: Double?
  let kernelLevel: String
  let versions: [(name: String, text: String)]
  /// How far the step size leads log Z astray, in nats; nil where that was not measured.
  let stepSizeError: Double?
  let stepSizeErrorDeviation: Double?
  /// What there is to warn of, as the run found it; empty in folders of the first versions.
  let warnings: [RunWarning]
  /// Whether the figures can be trusted; nil in folders of older versions, which did not say.
  let trust: Trust?

  init(_ summary: SummaryReader) throws(FileError) {
    let version = try summary.value("schema_version")
    guard version.count == 1 || version.count == 2 else {
      throw summary.wrong("schema_version", version, "1 or 2")
    }
    seed = SummaryReader.text(try summary.value("seed"))
    // As much as arithmetic on them bears; no run comes near.
    let most = Int(Int32.max)
    particles = try summary.count("particles", in: 1...most)
    dimensions = try summary.count("dimensions", in: 1...most)
    intrinsicDimensions = try summary.count("intrinsic_dimensions", in: 0...dimensions)
    islands = try summary.count("islands", in: 1...particles)
    steps = try summary.count("steps", in: 1...most)
    threads = try summary.count("threads", in: 1...most)
    logNormalizer = try summary.optionalNumber("log_normalizer")
    logNormalizerInitial = try summary.optionalNumber("log_normalizer_initial")
    standardError = try summary.optionalNumber("log_normalizer_standard_error")
    estimator = try summary.optionalText("standard_error_estimator")
    degreesOfFreedom = try summary.optionalNumber("standard_error_degrees_of_freedom")
    islandLogNormalizers = try summary.numbers("island_log_normalizers")
    effectiveSampleSize = try summary.number("effective_sample_size", upTo: most)
    minimumEffectiveSampleSize = try summary.number("minimum_effective_sample_size", upTo: most)
    resampleCount = try summary.count("resample_count", in: 0...steps * islands + islands)
    uniqueAncestors = try summary.count("unique_ancestors", in: 0...most)
    variance = try summary.numbers("variance")
    mean = try Self.optionalNumbers("mean", summary)
    meanErrors = try Self.optionalNumbers("mean_standard_error", summary)
    modelEvaluations = try summary.texts("model_evaluations")
    wallSeconds = try summary.number("wall_seconds")
    particleStepsPerSecond = try summary.optionalNumber("particle_steps_per_second")
    kernelLevel = SummaryReader.text(try summary.value("kernel_level"))
    versions = try summary.texts("versions")
    stepSizeError = summary.optionalValue("step_size_error").flatMap { SummaryReader.number($0) }
    stepSizeErrorDeviation = summary.optionalValue("step_size_error_standard_error").flatMap {
      SummaryReader.number($0)
    }
    warnings = try summary.warnings()
    trust = try summary.trust()
  }

  private static func optionalNumbers(_ key: String, _ summary: SummaryReader) throws(FileError) -> [Double] {
    summary.optionalValue(key) == nil ? [] : try summary.numbers(key)
  }

  /// The number of atoms that the coordinates tell; nil for vectors.
  var atoms: Int? {
    dimensions % 3 == 0 && intrinsicDimensions == dimensions - 3 ? dimensions / 3 : nil
  }

  var normalizer: StoredNormalizer? {
    logNormalizer.map { StoredNormalizer(value: $0, standardError: standardError) }
  }

  var effectiveShare: Double { effectiveSampleSize / Double(particles) }
}
