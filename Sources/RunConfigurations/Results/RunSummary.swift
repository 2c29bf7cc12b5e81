import FeynmanKac
import Libc

/// What is known of a finished run, as `summary.json` has it. A figure that does not exist is null.
package enum RunSummary {
  /// The figures that a clock or the machine made: they differ between runs of the same config and seed.
  package static let machineFigures = [
    "threads", "wall_seconds", "particle_steps_per_second", "peak_memory_bytes",
  ]

  /// Which islands of the config the result is of: the first, the last and how many there are; null for all.
  static let islandRange = "island_range"

  static func logarithm(_ count: Int) -> Double { log(Double(count)) }

  /// How many particles were dropped where a model failed, and what they weighed; null where that ends the run.
  static let droppedParticles = "dropped_particles"
  static let droppedShare = "dropped_weight_share"
  /// How often whole islands were resampled; null for a run that does not do so.
  static let islandExchanges = "island_exchanges"
  /// The seeds of a result that several runs were merged into; null for others.
  static let seeds = "seeds"

  /// What a summary says beside the result's figures.
  struct Heading {
    /// The seed; nil where there are several.
    var seed: UInt64?
    var seeds: [UInt64] = []
    /// Which islands of how many the result is of; nil for all.
    var part: (islands: Range<Int>, of: Int)?
    /// Everything that there is to warn of.
    var warnings: [RunWarning]
    var trajectory = JSONText.null
  }

  /// - Parameter ancestors: The ancestors as `ancestors.npy` has them, which are those of the drawn samples where the output is drawn anew.
  static func json(
    _ result: RunResult, of configuration: RunConfiguration, plan: Sampler.Plan, ancestors: [Int64]
  ) -> JSONText {
    json(
      result,
      Heading(
        seed: configuration.seed, part: configuration.part.map { ($0, configuration.islands) },
        warnings: warnings(result, of: configuration), trajectory: trajectory(plan, of: configuration)),
      ancestors: ancestors)
  }

  static func json(_ result: RunResult, _ heading: Heading, ancestors: [Int64]) -> JSONText {
    let final = result.logNormalizer
    let ratio = result.logNormalizerInitial.flatMap { initial in final.map { $0.value - initial } }
    let seconds = result.wallSeconds
    let particleSteps = Double(result.particles) * Double(result.steps)
    let figures: [(String, JSONText)] =
      [
        ("schema_version", .wholeNumber(2)),
        ("seed", heading.seed.map { .wholeNumber($0) } ?? .null),
        (seeds, heading.seeds.isEmpty ? .null : .list(heading.seeds.map { .wholeNumber($0) })),
        ("particles", .count(result.particles)),
        ("dimensions", .count(result.dimensions)),
        ("intrinsic_dimensions", .count(result.intrinsicDimensions)),
        ("islands", .count(result.islands)),
        (islandExchanges, result.islandExchanges.map { .count($0) } ?? .null),
        (islandRange, islandRange(heading)),
        ("steps", .count(result.steps)),
        ("threads", .count(result.threads)),
        ("log_normalizer", .figure(final?.value)),
        ("log_normalizer_initial", .figure(result.logNormalizerInitial)),
        ("log_normalizer_ratio", .figure(ratio)),
        ("log_normalizer_standard_error", .figure(final?.standardError)),
        ("standard_error_estimator", final?.standardErrorMethod.map { .text($0.rawValue) } ?? .null),
        ("standard_error_degrees_of_freedom", final?.degreesOfFreedom.map { .count($0) } ?? .null),
        ("standard_error_missing", final?.missingStandardError.map { .text($0.reason) } ?? .null),
        (
          "standard_error_advice",
          final?.missingStandardError.map { .text(LibraryWords.config.translated($0.advice)) } ?? .null
        ),
        ("log_normalizer_interval", interval(result, trust: Trust(heading.warnings))),
        ("independent_log_normalizer", .figure(result.independentEstimate?.value)),
        ("independent_log_normalizer_standard_error", .figure(result.independentEstimate?.standardError)),
        ("island_log_normalizers", figures(result.islandLogNormalizers)),
        ("effective_sample_size", .figure(result.effectiveSampleSize)),
        ("minimum_effective_sample_size", .figure(result.minimumEffectiveSampleSize)),
        ("resample_count", .count(result.resampleCount)),
        ("unique_ancestors", .count(SurvivingAncestors.count(ancestors))),
        ("effective_ancestors", .figure(result.effectiveAncestors)),
        ("pareto_shape", .figure(result.paretoShape)),
        ("mean", .list(result.weightedMean.map { .figure($0) })),
        ("variance", .list(result.weightedVariance.map { .figure($0) })),
        ("model_evaluations", .object(result.modelEvaluations.map { ($0.model, .count($0.rows)) })),
        ("start_check_evaluations", .count(result.startCheckEvaluations)),
        ("start_fit", startFit(result.startFit)),
        ("rejuvenation", rejuvenation(result.rejuvenation)),
        ("guidance_aligned_steps", alignedSteps(result.alignedSteps)),
      ] + dropped(result.dropped) + scoreConsistency(result) + stepSizeError(result) + [
        ("pilot", pilot(result.pilot)),
        ("wall_seconds", .figure(seconds)),
        ("particle_steps_per_second", .figure(seconds > 0 ? particleSteps / seconds : nil)),
        ("peak_memory_bytes", PeakMemory.measured.map { .count($0) } ?? .null),
        ("trajectory", heading.trajectory),
        ("trust", .text(Trust(heading.warnings).rawValue)),
        ("warnings", .list(heading.warnings.map { json($0) })),
        ("kernel_level", .text(Platform.kernelLevel)),
        ("versions", Versions.json),
      ]
    return .object(figures)
  }

  private static func dropped(_ dropped: DroppedParticles?) -> [(String, JSONText)] {
    [
      (droppedParticles, dropped.map { .count($0.count) } ?? .null),
      (droppedShare, .figure(dropped?.share)),
    ]
  }

  /// Everything that there is to warn of, what is known of the config before what the run showed.
  static func warnings(_ result: RunResult, of configuration: RunConfiguration) -> [RunWarning] {
    configuration.warnings + result.warnings
  }

  static func json(_ warning: RunWarning) -> JSONText {
    .object([
      ("code", .text(warning.code.rawValue)), ("sentence", .text(warning.text)),
      ("doubtful", .boolean(warning.isDoubt)),
    ])
  }

  /// The 95 % interval, or null where the result is doubtful.
  private static func interval(_ result: RunResult, trust: Trust) -> JSONText {
    guard trust == .ok, let interval = result.logNormalizerInterval else { return .null }
    return .list([.figure(interval.low), .figure(interval.high)])
  }

  private static func trajectory(_ plan: Sampler.Plan, of configuration: RunConfiguration) -> JSONText {
    guard let shape = plan.trajectory, let asked = configuration.sampler.trajectory else { return .null }
    return .object([
      ("every_steps", .count(asked.everySteps)), ("rows", .count(shape.rows)),
      ("particles", .count(shape.slots)),
    ])
  }

  private static func figures(_ values: [Double]) -> JSONText {
    values.isEmpty ? .null : .list(values.map { .figure($0) })
  }

  private static func islandRange(_ heading: Heading) -> JSONText {
    guard let part = heading.part else { return .null }
    return .list([.count(part.islands.lowerBound), .count(part.islands.upperBound - 1), .count(part.of)])
  }

  private static func alignedSteps(_ steps: [Int?]) -> JSONText {
    steps.isEmpty ? .null : .list(steps.map { $0.map { .count($0) } ?? .null })
  }

  /// The residual of Stein's identity over the path, and where it is the most of its errors.
  private static func scoreConsistency(_ result: RunResult) -> [(String, JSONText)] {
    let found = result.scoreConsistency
    return [
      ("score_residual", .figure(found?.mean)),
      ("score_residual_standard_error", .figure(found?.meanError)),
      ("score_residual_largest", .figure(found?.largest)),
      ("score_residual_largest_standard_error", .figure(found?.largestError)),
      ("score_residual_largest_noise_level", .figure(found?.noiseLevel)),
    ]
  }

  /// All null where no coarser run was made.
  private static func stepSizeError(_ result: RunResult) -> [(String, JSONText)] {
    let error = result.stepSizeError
    func list(_ figure: (StepSizeError.Figure) -> Double?) -> JSONText {
      error.map { .list($0.mean.map { .figure(figure($0)) }) } ?? .null
    }
    return [
      ("step_size_error_measured", .boolean(error != nil)),
      ("step_size_error", .figure(error?.logNormalizer.value)),
      ("step_size_error_standard_error", .figure(error?.logNormalizer.standardError)),
      ("step_size_error_order", error.map { .count($0.order) } ?? .null),
      ("step_size_error_steps", error.map { .count($0.steps) } ?? .null),
      ("step_size_error_particles", error.map { .count($0.particles) } ?? .null),
      ("mean_step_size_error", list(\.value)),
      ("mean_step_size_error_standard_error", list(\.standardError)),
      (
        "mean_standard_error",
        result.meanStandardErrors.map { .list($0.map { .figure($0) }) } ?? .null
      ),
    ]
  }

  private static func startFit(_ fit: StartFit?) -> JSONText {
    guard let fit else { return .null }
    return .object([("residual", .figure(fit.residual)), ("evaluations", .count(fit.evaluations))])
  }

  private static func rejuvenation(_ figures: RejuvenationFigures?) -> JSONText {
    guard let figures else { return .null }
    return .object([
      ("kind", .text(figures.kind)), ("moves", .count(figures.moves)),
      ("acceptance", .figure(figures.acceptance)),
    ])
  }

  private static func pilot(_ pilot: Pilot?) -> JSONText {
    guard let pilot else { return .null }
    return .object([
      ("steps", .count(pilot.steps)),
      ("noise_scale", .figure(pilot.noiseScale)),
      ("within_tolerance", .boolean(pilot.isWithinTolerance)),
      ("log_normalizer_error", .figure(pilot.logNormalizerError)),
      ("log_normalizer_error_standard_error", .figure(pilot.logNormalizerErrorStandardError)),
      ("allowed_error", .figure(pilot.allowedError)),
      ("expected_standard_error", .figure(pilot.expectedStandardError)),
      ("particles", .count(pilot.particles)),
      ("rounds", .count(pilot.rounds)),
      ("model_evaluations", .object(pilot.modelEvaluations.map { ($0.model, .count($0.rows)) })),
    ])
  }
}
