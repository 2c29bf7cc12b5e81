import FeynmanKac

extension RunPiece {
  /// What a summary says of a run; the arrays are to be filled in.
  ///
  /// - Throws: `FileError` that names what is missing or wrong.
  init(_ summary: SummaryReader) throws(FileError) {
    self.init()
    let most = Int(Int32.max)
    dimensions = try summary.count("dimensions", in: 1...most)
    intrinsicDimensions = try summary.count("intrinsic_dimensions", in: 0...dimensions)
    let particles = try summary.count("particles", in: 1...most)
    islands = try summary.count("islands", in: 1...particles)
    logNormalizer = try summary.optionalNumber("log_normalizer")
    logNormalizerInitial = try summary.optionalNumber("log_normalizer_initial")
    standardError = try summary.optionalNumber("log_normalizer_standard_error")
    islandLogNormalizers = try summary.numbers("island_log_normalizers")
    guard islandLogNormalizers.count == (logNormalizer == nil ? 0 : islands) else {
      throw FileError(
        .malformed, summary.path,
        "'island_log_normalizers' has \(islandLogNormalizers.count) of \(islands) islands")
    }
    if let share = try summary.optionalNumber(RunSummary.droppedShare) {
      dropped = DroppedParticles(
        count: try summary.count(RunSummary.droppedParticles, in: 0...Int.max), share: share, source: nil)
    }
    exchangesIslands = try summary.optionalNumber(RunSummary.islandExchanges) != nil
    effectiveAncestors = max(1, try summary.number("effective_ancestors", upTo: most))
    resampleCount = try summary.count("resample_count", in: 0...Int.max)
    for (name, text) in try summary.texts("model_evaluations") {
      guard let rows = Int(text) else {
        throw FileError(
          .malformed, summary.path, "'model_evaluations.\(name)' is \(text); give a whole number")
      }
      modelEvaluations.append((name, rows))
    }
    startCheckEvaluations = try summary.count("start_check_evaluations")
    wallSeconds = try summary.number("wall_seconds")
    threads = try summary.count("threads", in: 1...most)
    if let value = try summary.optionalNumber("independent_log_normalizer"),
      let error = try summary.optionalNumber("independent_log_normalizer_standard_error")
    {
      independent = (value, error)
    }
    stepSizeError = try StepSizeError(summary, monteCarloError: standardError)
    warnings = try summary.warnings()
  }
}

extension StepSizeError {
  /// What a summary says of it; nil where it was not measured.
  ///
  /// - Throws: `FileError` that names what is missing or wrong.
  fileprivate init?(_ summary: SummaryReader, monteCarloError: Double?) throws(FileError) {
    guard let value = try summary.optionalNumber("step_size_error") else { return nil }
    let means = try summary.numbers("mean_step_size_error")
    let errors = try summary.numbers("mean_step_size_error_standard_error")
    let carlo = try summary.numbers("mean_standard_error")
    self.init(
      logNormalizer: Figure(
        value: value, standardError: try summary.optionalNumber("step_size_error_standard_error"),
        monteCarloError: monteCarloError),
      mean: means.indices.map { j in
        func finite(_ values: [Double]) -> Double? {
          j < values.count && values[j].isFinite ? values[j] : nil
        }
        return Figure(value: means[j], standardError: finite(errors), monteCarloError: finite(carlo))
      },
      order: try summary.count("step_size_error_order"), steps: try summary.count("step_size_error_steps"),
      particles: try summary.count("step_size_error_particles"))
  }
}
