import FeynmanKac

/// Which coordinates the figures of the samples show, and how far they reach.
struct SampleRanges {
  static let maximumCount = 4

  /// Indices of coordinates, ascending.
  let coordinates: [Int]
  /// One for each of them, the same for all runs.
  let ranges: [ClosedRange<Double>]
  let total: Int

  /// The first run decides; all have as many coordinates.
  init(_ records: [RunRecord]) {
    let variance = records[0].figures.variance
    total = records[0].dimensions
    // The first of equal variances comes first.
    let ranked = (0..<total).sorted { a, b in
      let (first, second) = (Self.finite(variance, a), Self.finite(variance, b))
      return first == second ? a < b : first > second
    }
    coordinates = ranked.prefix(Self.maximumCount).sorted()
    ranges = coordinates.map { coordinate in
      let each = records.map {
        WeightedHistogram.centralRange(of: $0.column(coordinate), weights: $0.weights)
      }
      return each.map(\.lowerBound).min()!...each.map(\.upperBound).max()!
    }
  }

  private static func finite(_ values: [Double], _ index: Int) -> Double {
    index < values.count && values[index].isFinite ? values[index] : 0
  }

  /// What a reader has to know of the choice.
  var sentence: String {
    coordinates.count == total
      ? "Coordinates are numbered from 0, as the columns of samples.npy."
      : "Shown are the \(coordinates.count) of \(total) coordinates with the largest weighted variance, numbered from 0."
  }
}
