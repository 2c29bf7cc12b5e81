/// What several seeds say of one figure.
struct FigureStatistics: Equatable {
  let count: Int
  /// The mean; nil without values.
  let mean: Double?
  /// `√(Σ(xᵢ − x̄)² / (n − 1))`; nil for fewer than two values.
  let standardDeviation: Double?
  /// The standard error of the mean: the standard deviation over `√n`.
  let standardError: Double?

  init(_ values: [Double]) {
    count = values.count
    guard let first = values.first else {
      (mean, standardDeviation, standardError) = (nil, nil, nil)
      return
    }
    // Counted from the first value, equal values have exactly themselves as mean and no deviation.
    let n = Double(values.count)
    let offset = values.reduce(0) { $0 + ($1 - first) } / n
    mean = first + offset
    guard values.count > 1 else {
      (standardDeviation, standardError) = (nil, nil)
      return
    }
    let squares = values.reduce(0) { sum, value in
      let deviation = (value - first) - offset
      return sum + deviation * deviation
    }
    standardDeviation = (squares / (n - 1)).squareRoot()
    standardError = (squares / (n - 1) / n).squareRoot()
  }

  var json: JSONText {
    .object([
      ("count", .count(count)), ("mean", .figure(mean)), ("standard_deviation", .figure(standardDeviation)),
      ("standard_error", .figure(standardError)),
    ])
  }
}
