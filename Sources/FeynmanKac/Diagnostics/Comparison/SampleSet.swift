import Libc

/// Weighted samples to be compared with others.
public struct SampleSet: Sendable {
  /// Row-major `[count, dimensions]`, all finite.
  public let values: [Float]
  /// The number of rows, at least 1.
  public let count: Int
  /// The length of a row, at least 1.
  public let dimensions: Int
  /// `[count]`, none negative, their sum is 1.
  public let weights: [Double]
  /// False where every row counts the same.
  public let isWeighted: Bool

  /// Checks the rows and normalises the weights.
  ///
  /// - Parameters:
  ///   - values: Row-major `[count, dimensions]`.
  ///   - dimensions: The length of a row, at least 1.
  ///   - logWeights: `[count]` in nats, up to a constant; −∞ is a row that does not count; nil counts every row
  ///     the same.
  /// - Throws: `SampleSetError` for shapes that do not fit, no rows, a value or a log weight that is not a number, or
  ///   weights that are all zero.
  public init(_ values: [Float], dimensions: Int, logWeights: [Double]? = nil) throws(SampleSetError) {
    guard dimensions > 0, !values.isEmpty, values.count.isMultiple(of: dimensions) else {
      throw .shape(values: values.count, dimensions: dimensions)
    }
    let count = values.count / dimensions
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(row: index / dimensions, column: index % dimensions)
    }
    if let logWeights {
      guard logWeights.count == count else { throw .weightCount(logWeights.count, rows: count) }
      if let row = logWeights.firstIndex(where: { $0.isNaN || $0 == .infinity }) {
        throw .logWeight(row: row)
      }
      let largest = logWeights.max() ?? -.infinity
      guard largest > -.infinity else { throw .allWeightsZero }
      self.init(
        checked: values, dimensions: dimensions, weights: logWeights.map { exp($0 - largest) },
        isWeighted: logWeights.contains { $0 != largest })
    } else {
      self.init(
        checked: values, dimensions: dimensions, weights: Array(repeating: 1, count: count), isWeighted: false
      )
    }
  }

  /// Takes finite rows and weights with a positive sum.
  init(checked values: [Float], dimensions: Int, weights: [Double], isWeighted: Bool) {
    let sum = weights.reduce(0, +)
    self.values = values
    self.dimensions = dimensions
    self.count = values.count / dimensions
    self.weights = weights.map { $0 / sum }
    self.isWeighted = isWeighted
  }
}

// MARK: - Moments

extension SampleSet {
  /// `1 / Σ W²`, from 1 to `count`.
  public var effectiveSampleSize: Double {
    isWeighted ? 1 / weights.reduce(0) { $0 + $1 * $1 } : Double(count)
  }

  /// `[dimensions]`, weighted.
  public var mean: [Double] {
    var mean = [Double](repeating: 0, count: dimensions)
    for row in 0..<count {
      for column in 0..<dimensions {
        mean[column] += weights[row] * Double(values[row * dimensions + column])
      }
    }
    return mean
  }

  /// `[dimensions]`: `Σ W (x − mean)²`, weighted, without the correction of small samples.
  public var variance: [Double] {
    let mean = self.mean
    var variance = [Double](repeating: 0, count: dimensions)
    for row in 0..<count {
      for column in 0..<dimensions {
        let deviation = Double(values[row * dimensions + column]) - mean[column]
        variance[column] += weights[row] * deviation * deviation
      }
    }
    return variance
  }
}

// MARK: - Subsets

extension SampleSet {
  /// The rows of the given indices; they keep their weights relative to each other.
  public func selecting(_ rows: some Collection<Int>) -> SampleSet {
    var selected: [Float] = []
    selected.reserveCapacity(rows.count * dimensions)
    for row in rows { selected.append(contentsOf: values[row * dimensions..<(row + 1) * dimensions]) }
    return SampleSet(
      checked: selected, dimensions: dimensions, weights: rows.map { weights[$0] }, isWeighted: isWeighted)
  }

  /// Rows that count the same: drawn without repetition where this set is not weighted, else by systematic
  /// resampling; in random order.
  ///
  /// - Parameters:
  ///   - count: At least 1; at most `self.count` where this set is not weighted.
  ///   - generator: Chooses the rows.
  public func equallyWeighted(
    _ count: Int, using generator: inout some RandomNumberGenerator
  ) -> SampleSet {
    precondition(
      count > 0 && (isWeighted || count <= self.count), "\(count) rows asked of \(self.count)")
    var rows: [Int]
    if isWeighted {
      let offset = generator.uniform()
      let lastPositive = weights.lastIndex { $0 > 0 } ?? 0
      var row = 0
      var cumulative = weights[0]
      rows = (0..<count).map { index in
        let position = (offset + Double(index)) / Double(count)
        while cumulative <= position && row < lastPositive {
          row += 1
          cumulative += weights[row]
        }
        return row
      }
      rows.shuffle(using: &generator)
    } else {
      rows = Array(0..<self.count)
      rows.shuffle(using: &generator)
      rows.removeLast(self.count - count)
    }
    let chosen = selecting(rows)
    return SampleSet(
      checked: chosen.values, dimensions: dimensions, weights: Array(repeating: 1, count: count),
      isWeighted: false)
  }
}

/// Rows and weights that cannot be a sample.
public enum SampleSetError: Error, Equatable, CustomStringConvertible {
  case shape(values: Int, dimensions: Int)
  case notFinite(row: Int, column: Int)
  case weightCount(Int, rows: Int)
  case logWeight(row: Int)
  case allWeightsZero

  /// What was found, and what is allowed where that helps.
  public var description: String {
    switch self {
    case .shape(let values, let dimensions):
      "\(values) values are no rows of \(dimensions); give [N, d] with N and d at least 1"
    case .notFinite(let row, let column):
      "row \(row), column \(column) is not finite"
    case .weightCount(let weights, let rows):
      "\(weights) log weights for \(rows) rows; give one for each row"
    case .logWeight(let row):
      "the log weight of row \(row) is NaN or +∞"
    case .allWeightsZero:
      "every weight is zero"
    }
  }
}
