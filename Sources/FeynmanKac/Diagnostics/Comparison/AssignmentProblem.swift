internal import CKernels

/// A one-to-one assignment of `n` rows to `n` columns with the least sum of costs, exactly.
///
/// Shortest augmenting paths: columns get prices by column reduction, reduction transfer and two rounds of augmenting
/// row reduction; every row that is still free then finds the cheapest alternating path to a free column by Dijkstra's
/// algorithm on reduced costs, and prices are updated so that reduced costs stay at zero or above.
///
/// Costs are in Float, which halves the memory that every scan reads; prices and sums are in Double, so the result is
/// the optimum for the costs as given.
///
/// - Complexity: O(n³) time at worst; on two sets of points about 0.3 s for n = 2,000. `4n²` bytes.
/// - Source: Jonker & Volgenant 1987, with Dijkstra's scan over all columns at once in place of their sets of columns.
public struct AssignmentProblem {
  private let count: Int
  /// Bytes between rows are a multiple of a vector; columns beyond `count` can never be chosen.
  private let stride: Int
  private let costs: UnsafeMutablePointer<Float>
  /// The prices of columns; −∞ closes one.
  private var prices: [Double]
  private var columnOfRow: [Int32]
  private var rowOfColumn: [Int32]

  /// The column that each row gets.
  ///
  /// - Parameters:
  ///   - count: `n`, at least 1.
  ///   - fillCosts: Writes the `n` finite costs of a row; there is room for the next multiple of 16. Called once for
  ///     each row, on several threads at once.
  public static func columns(
    count: Int, fillCosts: @Sendable (_ row: Int, _ costs: UnsafeMutablePointer<Float>) -> Void
  ) -> [Int] {
    precondition(count > 0, "an assignment problem of \(count) rows")
    var problem = AssignmentProblem(count: count)
    defer { problem.costs.deallocate() }
    problem.fill(fillCosts)
    let free = problem.reduceColumns()
    problem.augment(problem.reduceRows(problem.reduceRows(free)))
    return problem.columnOfRow.map(Int.init)
  }

  private init(count: Int) {
    self.count = count
    stride = (count + 15) / 16 * 16
    costs = .allocate(capacity: count * stride)
    prices = Array(repeating: -.infinity, count: stride)
    columnOfRow = Array(repeating: -1, count: count)
    rowOfColumn = Array(repeating: -1, count: count)
  }

  private func fill(_ fillCosts: @Sendable (Int, UnsafeMutablePointer<Float>) -> Void) {
    // Every block of rows writes its own part of the matrix.
    nonisolated(unsafe) let costs = costs
    let (count, stride) = (count, stride)
    ParallelRows.forEachBlock(of: count, size: 64) { rows in
      for row in rows {
        fillCosts(row, costs + row * stride)
        (costs + row * stride + count).update(repeating: 0, count: stride - count)
      }
    }
  }

  private func cost(_ row: Int, _ column: Int) -> Double { Double(costs[row * stride + column]) }
}

// MARK: - Reductions

extension AssignmentProblem {
  /// Prices each column at its least cost and assigns it to a row that has it; returns the rows without a column.
  private mutating func reduceColumns() -> [Int] {
    var least = [Float](repeating: .infinity, count: count)
    var rowOfLeast = [Int32](repeating: 0, count: count)
    for row in 0..<count {
      for column in 0..<count where costs[row * stride + column] < least[column] {
        least[column] = costs[row * stride + column]
        rowOfLeast[column] = Int32(row)
      }
    }
    var claims = [Int](repeating: 0, count: count)
    for column in (0..<count).reversed() {
      prices[column] = Double(least[column])
      let row = Int(rowOfLeast[column])
      claims[row] += 1
      if claims[row] == 1 {
        columnOfRow[row] = Int32(column)
        rowOfColumn[column] = Int32(row)
      }
    }
    // A row with one claim can lower its column's price to what makes its second choice as good.
    for row in 0..<count where claims[row] == 1 {
      let column = Int(columnOfRow[row])
      let choices = twoCheapest(row)
      // The row's own column has reduced cost zero, so whichever of the two is another column is the second choice.
      let second = choices[0].column == column ? choices[1].cost : choices[0].cost
      if second.isFinite { prices[column] -= second - (cost(row, column) - prices[column]) }
    }
    return (0..<count).filter { columnOfRow[$0] < 0 }
  }

  /// Every free row takes its cheapest column and lowers the price until its second choice is as good; the row that
  /// had the column is free in turn.
  private mutating func reduceRows(_ freeRows: [Int]) -> [Int] {
    var waiting = Array(freeRows.reversed())
    var stillFree: [Int] = []
    // Price cuts near rounding could pass a column back and forth without end: the rest is left to `augment`.
    var remaining = 4 * count + freeRows.count
    while let row = waiting.popLast() {
      remaining -= 1
      guard remaining > 0 else {
        stillFree.append(row)
        continue
      }
      let choices = twoCheapest(row)
      var column = choices[0].column
      let lowered = prices[column] - (choices[1].cost - choices[0].cost)
      let falls = choices[1].cost.isFinite && lowered < prices[column]
      if falls {
        prices[column] = lowered
      } else if rowOfColumn[column] >= 0, choices[1].cost.isFinite {
        column = choices[1].column
      }
      let displaced = rowOfColumn[column]
      columnOfRow[row] = Int32(column)
      rowOfColumn[column] = Int32(row)
      guard displaced >= 0 else { continue }
      columnOfRow[Int(displaced)] = -1
      if falls { waiting.append(Int(displaced)) } else { stillFree.append(Int(displaced)) }
    }
    return stillFree
  }

  private func twoCheapest(_ row: Int) -> [(cost: Double, column: Int)] {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2) { values in
      withUnsafeTemporaryAllocation(of: Int.self, capacity: 2) { indices in
        fk_two_smallest_reduced(
          costs + row * stride, prices, stride, values.baseAddress!, indices.baseAddress!)
        return [(values[0], indices[0]), (values[1], indices[1])]
      }
    }
  }
}

// MARK: - Shortest augmenting paths

extension AssignmentProblem {
  private mutating func augment(_ freeRows: [Int]) {
    var distances = [Double](repeating: 0, count: stride)
    var predecessors = [Int32](repeating: 0, count: stride)
    // Prices with closed columns at −∞, so that the scan skips them without a branch.
    var open = prices
    var closed: [(column: Int, distance: Double)] = []
    for freeRow in freeRows {
      for index in distances.indices { distances[index] = .infinity }
      closed.removeAll(keepingCapacity: true)
      var row = freeRow
      var offset = 0.0
      var sink = -1
      var shortest = 0.0
      while sink < 0 {
        var column = 0
        shortest = fk_relax_columns(
          costs + row * stride, open, offset, Int32(row), &distances, &predecessors, stride, &column)
        if rowOfColumn[column] < 0 {
          sink = column
        } else {
          closed.append((column, shortest))
          row = Int(rowOfColumn[column])
          // The reduced cost of a pair in the assignment is the price of its row.
          offset = shortest - (cost(row, column) - prices[column])
          open[column] = -.infinity
          distances[column] = .infinity
        }
      }
      for entry in closed {
        prices[entry.column] += entry.distance - shortest
        open[entry.column] = prices[entry.column]
      }
      while true {
        let row = Int(predecessors[sink])
        rowOfColumn[sink] = Int32(row)
        let next = Int(columnOfRow[row])
        columnOfRow[row] = Int32(sink)
        if row == freeRow { break }
        sink = next
      }
    }
  }
}
