import Libc

/// Log densities of rows, with their errors.
public struct LogDensities: Sendable {
  /// `log q(x)` of each row in nats, as a density of `x` in data units.
  public let values: [Double]
  /// The Monte Carlo standard error of each value; 0 where the model knows its log density.
  public let standardErrors: [Double]
  /// What the step size was found to move each value by, with its sign. Along the probability flow the values are free of
  /// it to leading order, being extrapolated; along forward paths they are not, and most of it is Monte Carlo error.
  public let stepErrors: [Double]
  /// The estimator; nil where the model knows its log density.
  public let method: LogDensityOptions.Method?
  /// How many steps there were; 0 where the model knows its log density.
  public let steps: Int
  /// The levels `v` of the ends of the path.
  public let noiseLevels: ClosedRange<Double>
  /// `D`: `d` for vectors, `3(n−1)` for `n` atoms without their centre of mass.
  public let intrinsicDimensions: Int
  /// Rows that the model was asked for.
  public let modelEvaluations: Int

  /// The error bar of each value: its standard error and, along the probability flow, what was extrapolated.
  public var errors: [Double] {
    guard case .probabilityFlow? = method else { return standardErrors }
    return zip(standardErrors, stepErrors).map { hypot($0, $1) }
  }

  /// The mean over all rows in nats; NaN without rows.
  public var mean: Double { Self.mean(values) }

  /// The error of `mean` as an estimate for these very rows: the Monte Carlo error, and what the step size moves it by.
  public var meanError: Double {
    let count = Double(values.count)
    let noise = standardErrors.reduce(0) { $0 + $1 * $1 }.squareRoot() / count
    return hypot(noise, Self.mean(stepErrors))
  }

  /// What the logarithm takes from the mean over forward paths, `−½` the variance of each value, averaged over rows in
  /// nats; 0 for other methods, whose values are no logarithm of a mean.
  public var logarithmBias: Double {
    guard case .forwardPaths? = method else { return 0 }
    return -0.5 * standardErrors.reduce(0) { $0 + $1 * $1 } / Double(values.count)
  }

  /// `−mean/(D log 2)`, in bits: how many a coordinate takes when rows are coded in data units.
  public var bitsPerDimension: Double { -mean / bit }

  /// The error of `bitsPerDimension` as an estimate for these very rows.
  public var bitsPerDimensionError: Double { meanError / bit }

  /// Nats of one bit in each dimension.
  private var bit: Double { Double(intrinsicDimensions) * log(2) }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
