import FeynmanKac
import ScoreNetworks

/// The step-size errors of a run, as its `summary.json` has them.
struct StepSizeFigures {
  /// Of log Z; the Monte Carlo error is the standard error of log Z.
  let logNormalizer: StepSizeError.Figure
  /// Of the weighted mean, a coordinate each.
  let mean: [StepSizeError.Figure]

  /// Nil where the summary has none.
  init?(_ summary: SummaryReader) throws(FileError) {
    guard let value = summary.optionalValue("step_size_error"), let error = SummaryReader.number(value) else {
      return nil
    }
    logNormalizer = StepSizeError.Figure(
      value: error, standardError: try summary.optionalNumber("step_size_error_standard_error"),
      monteCarloError: try summary.optionalNumber("log_normalizer_standard_error"))
    let errors = try summary.numbers("mean_step_size_error")
    let deviations = try summary.numbers("mean_step_size_error_standard_error")
    let spreads = try summary.numbers("mean_standard_error")
    mean = errors.indices.map { j in
      func known(_ values: [Double]) -> Double? {
        values.indices.contains(j) && !values[j].isNaN ? values[j] : nil
      }
      return StepSizeError.Figure(
        value: errors[j], standardError: known(deviations), monteCarloError: known(spreads))
    }
  }

  /// The figure that most exceeds its Monte Carlo error, and the coordinate whose mean it is of, nil for log Z; nil where
  /// none does.
  var worst: (figure: StepSizeError.Figure, coordinate: Int?)? {
    let all = [(logNormalizer, nil)] + mean.enumerated().map { ($0.element, Optional($0.offset)) }
    func excess(_ figure: StepSizeError.Figure) -> Double {
      abs(figure.value) / (figure.monteCarloError ?? 1)
    }
    return all.filter { $0.0.exceedsMonteCarloError }.max { excess($0.0) < excess($1.0) }.map { ($0.0, $0.1) }
  }
}
