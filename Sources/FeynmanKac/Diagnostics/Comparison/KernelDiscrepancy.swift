internal import CKernels
import Libc

/// Squared maximum mean discrepancies with sums of Gaussian kernels, `k(x, y) = Σ_h exp(−|x−y|² / 2h²)`.
public enum KernelDiscrepancy {
  /// `E k(X,X') + E k(Y,Y') − 2 E k(X,Y)` over all pairs, a row with itself included, for ten bandwidths from 0.01 to
  /// 1 in equal ratios, in the coordinates as they are.
  ///
  /// Never negative. Perfect samples of `N` rows score about `20/N`, the rows with themselves.
  ///
  /// - Source: Skreta et al. 2025, Table A1.
  /// - Complexity: O(N² d).
  public static func fixedBandwidths(_ first: SampleSet, _ second: SampleSet) -> Double {
    let bandwidths = (0..<10).map { pow(10, -2 + 2 * Double($0) / 9) }
    return sums(first, second, bandwidths: bandwidths).biased
  }

  /// The same without the pairs of a row with itself, for bandwidths ¼, ½, 1, 2 and 4 times the median distance
  /// between rows of `second`.
  ///
  /// Perfect samples score 0 on average, so it may come out negative. With weights the expectation is 0 only up to the
  /// noise of the weights themselves.
  ///
  /// - Complexity: O(N² d).
  public static func medianBandwidths(_ first: SampleSet, _ second: SampleSet) -> Double {
    // The bandwidths follow the unit.
    let (first, second, _) = SampleSet.inFloatRange(first, second)
    let median = medianDistance(of: second)
    // Rows that are all the same have no scale: any bandwidth tells them from others.
    let scale = median > 0 ? median : 1
    return sums(first, second, bandwidths: [0.25, 0.5, 1, 2, 4].map { $0 * scale }).unbiased
  }

  /// The median distance between two rows; between the first 2,000 where there are more.
  static func medianDistance(of set: SampleSet) -> Double {
    let count = min(set.count, 2_000)
    guard count > 1 else { return 0 }
    let points = ColumnMajorPoints(set.selecting(0..<count))
    var squares: [Float] = []
    squares.reserveCapacity(count * (count - 1) / 2)
    var distances = [Float](repeating: 0, count: points.stride)
    set.values.withUnsafeBufferPointer { values in
      for row in 1..<count {
        let end = (row + 15) / 16 * 16
        points.squaredDistances(
          from: values.baseAddress! + row * set.dimensions, to: 0..<end, into: &distances)
        squares.append(contentsOf: distances[0..<row])
      }
    }
    squares.sort()
    let middle = squares.count / 2
    let median =
      squares.count.isMultiple(of: 2)
      ? (Double(squares[middle - 1]) + Double(squares[middle])) / 2 : Double(squares[middle])
    return median.squareRoot()
  }

  // MARK: - Sums over pairs

  private static func sums(
    _ first: SampleSet, _ second: SampleSet, bandwidths: [Double]
  ) -> (biased: Double, unbiased: Double) {
    precondition(first.dimensions == second.dimensions)
    let rates = bandwidths.map { Float(0.5 / ($0 * $0)) }
    let within = [first, second].map { (set: $0, sum: sumWithin($0, rates: rates)) }
    let between = sumBetween(first, second, rates: rates)
    let unbiased = within.map { set, sum in
      let diagonal = set.weights.reduce(0) { $0 + $1 * $1 }
      return (sum - Double(rates.count) * diagonal) / (1 - diagonal)
    }
    return (within[0].sum + within[1].sum - 2 * between, unbiased[0] + unbiased[1] - 2 * between)
  }

  /// Rows that one task takes, a multiple of 16.
  private static let blockSize = 64

  private static func sumWithin(_ set: SampleSet, rates: [Float]) -> Double {
    let points = ColumnMajorPoints(set)
    return ParallelRows.sum(of: set.count, size: blockSize) { rows in
      // Pairs of two blocks are met once and count twice; pairs in the block are met twice.
      let end = min(rows.lowerBound + blockSize, points.stride)
      return sum(rows, of: set, with: points, rows.lowerBound..<end, rates: rates)
        + 2 * sum(rows, of: set, with: points, end..<points.stride, rates: rates)
    }
  }

  private static func sumBetween(_ first: SampleSet, _ second: SampleSet, rates: [Float]) -> Double {
    let points = ColumnMajorPoints(second)
    return ParallelRows.sum(of: first.count, size: blockSize) { rows in
      sum(rows, of: first, with: points, 0..<points.stride, rates: rates)
    }
  }

  private static func sum(
    _ rows: Range<Int>, of set: SampleSet, with points: ColumnMajorPoints, _ range: Range<Int>, rates: [Float]
  ) -> Double {
    guard !range.isEmpty else { return 0 }
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: range.count) { distances in
      set.values.withUnsafeBufferPointer { values in
        points.weights.withUnsafeBufferPointer { weights in
          var total = 0.0
          for row in rows {
            points.squaredDistances(
              from: values.baseAddress! + row * set.dimensions, to: range, into: distances.baseAddress!)
            total +=
              set.weights[row]
              * fk_gaussian_kernel_sum(
                distances.baseAddress!, weights.baseAddress! + range.lowerBound, range.count, rates,
                rates.count)
          }
          return total
        }
      }
    }
  }
}
