/// Wasserstein distances between sets of equally many rows that count the same, by exact optimal transport.
public enum TransportDistance {
  /// `p`.
  public enum Order: Int, Sendable, CaseIterable {
    /// Mean distance.
    case first = 1
    /// Root of the mean squared distance.
    case second = 2
  }

  /// `W_p = (min over one-to-one pairings of the mean of |x − y|^p)^(1/p)`, in the samples' unit.
  ///
  /// Two perfect samples do not score 0, and more rows score less: compare with the floor at the same number of rows.
  ///
  /// - Complexity: O(n³) at worst and `4n²` bytes; see `AssignmentProblem`.
  public static func between(_ first: SampleSet, _ second: SampleSet, order: Order) -> Double {
    precondition(first.count == second.count, "\(first.count) rows and \(second.count) rows")
    precondition(first.dimensions == second.dimensions && !first.isWeighted && !second.isWeighted)
    let (first, second, unit) = SampleSet.inFloatRange(first, second)
    let points = ColumnMajorPoints(second)
    let columns = AssignmentProblem.columns(count: first.count) { row, costs in
      first.values.withUnsafeBufferPointer {
        points.squaredDistances(
          from: $0.baseAddress! + row * first.dimensions, to: 0..<points.stride, into: costs)
      }
      if order == .first {
        for column in 0..<points.stride { costs[column] = costs[column].squareRoot() }
      }
    }
    // The pairing is optimal for costs in Float; its cost is summed in Double.
    var total = 0.0
    for (row, column) in columns.enumerated() {
      var square = 0.0
      for k in 0..<first.dimensions {
        let difference =
          Double(first.values[row * first.dimensions + k])
          - Double(second.values[column * first.dimensions + k])
        square += difference * difference
      }
      total += order == .first ? square.squareRoot() : square
    }
    let mean = total / Double(first.count)
    return unit * (order == .first ? mean : mean.squareRoot())
  }
}
