import FeynmanKac

/// Which coordinates the figures of the samples show, and how far they reach.
struct SampleRanges {
  static let maximumCount = 4

  /// Indices of coordinates, ascending.
  let coordinates: [Int]
  /// One for each of them, the same for all runs.
  let ranges: [ClosedRange<Double>]
  let total: Int
  /// The same, all as long as the longest, so that a pair has one scale; as they are where one would be nothing but a line.
  let pairRanges: [ClosedRange<Double>]
  /// Pairs have one scale on both axes.
  let isIsotropic: Bool

  /// How many times as long as the shortest the longest range may be for pairs to have one scale.
  private static let largestRatio = 4.0

  /// The first run decides; all have as many coordinates.
  init(_ records: [RunRecord]) {
    total = records[0].dimensions
    coordinates = Self.coordinates(records)
    ranges = coordinates.map { coordinate in
      let each = records.map {
        WeightedHistogram.centralRange(of: $0.column(coordinate), weights: $0.weights)
      }
      return each.map(\.lowerBound).min()!...each.map(\.upperBound).max()!
    }
    let lengths = ranges.map { $0.upperBound - $0.lowerBound }
    let longest = lengths.max()!
    isIsotropic = longest <= Self.largestRatio * lengths.min()!
    pairRanges = isIsotropic ? ranges.map { Self.widened($0, to: longest) } : ranges
  }

  private static func widened(_ range: ClosedRange<Double>, to length: Double) -> ClosedRange<Double> {
    let room = 0.5 * (length - (range.upperBound - range.lowerBound))
    return room > 0 ? range.lowerBound - room...range.upperBound + room : range
  }

  /// What a reader has to know of the axes of pairs.
  var scaleSentence: String {
    isIsotropic
      ? "Both axes of a pair have one scale."
      : "The axes of a pair have scales of their own, as the coordinates' ranges differ more than \(FigureText.digits(Self.largestRatio))-fold."
  }

  /// The coordinates of the largest variance in the first run, ascending; all have as many.
  static func coordinates(_ records: [RunRecord]) -> [Int] {
    let variance = records[0].figures.variance
    // The first of equal variances comes first.
    let ranked = (0..<records[0].dimensions).sorted { a, b in
      let (first, second) = (finite(variance, a), finite(variance, b))
      return first == second ? a < b : first > second
    }
    return ranked.prefix(maximumCount).sorted()
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
