import FeynmanKac
import RunConfigurations

/// The JSON that `fkc likelihood` prints.
struct LikelihoodReport {
  let model: String
  let seed: UInt64
  let input: String
  let found: LogDensities

  var json: JSONText {
    .object(
      [
        ("schema_version", .count(1)),
        ("model", .text(model)),
        ("input", .text(input)),
        ("seed", .wholeNumber(seed)),
        ("rows", .count(found.values.count)),
        ("intrinsic_dimensions", .count(found.intrinsicDimensions)),
        ("noise_level", .number(found.noiseLevels.lowerBound)),
        ("maximum_noise_level", .number(found.noiseLevels.upperBound)),
      ] + method + [
        ("model_evaluations", .count(found.modelEvaluations)),
        (
          "log_density",
          .object([
            ("mean", .figure(found.mean)),
            ("error", .figure(found.meanError)),
            ("logarithm_bias", .figure(found.logarithmBias)),
            ("standard_deviation", .figure(standardDeviation)),
            ("smallest", .figure(found.values.min())),
            ("largest", .figure(found.values.max())),
            ("mean_error_of_a_row", .figure(rowError)),
            ("step_error", .figure(found.stepErrors.reduce(0, +) / count)),
          ])
        ),
        (
          "bits_per_dimension",
          .object([
            ("value", .figure(found.bitsPerDimension)),
            ("error", .figure(found.bitsPerDimensionError)),
          ])
        ),
      ])
  }

  private var count: Double { Double(found.values.count) }

  /// The method with its numbers.
  private var method: [(String, JSONText)] {
    switch found.method {
    case .automatic?, nil: [("method", .text("exact"))]
    case .probabilityFlow(let probes)?:
      [("method", .text("flow")), ("steps", .count(found.steps)), ("probes", .count(probes))]
    case .forwardPaths(let paths)?:
      [("method", .text("paths")), ("steps", .count(found.steps)), ("paths", .count(paths))]
    }
  }

  /// The root mean square of the rows' errors, in nats.
  private var rowError: Double {
    (found.errors.reduce(0) { $0 + $1 * $1 } / count).squareRoot()
  }

  /// How much log q differs from row to row, in nats; nil for a single row.
  private var standardDeviation: Double? {
    guard found.values.count > 1 else { return nil }
    return (found.values.reduce(0) { $0 + ($1 - found.mean) * ($1 - found.mean) } / (count - 1)).squareRoot()
  }
}
