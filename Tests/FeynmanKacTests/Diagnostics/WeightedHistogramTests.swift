import FeynmanKac
import Testing

@Suite("weighted histograms")
struct WeightedHistogramTests {
  @Test("every value goes into its bin with its weight, the upper end into the last, and the rest is counted")
  func bins() {
    let histogram = WeightedHistogram(
      [-0.1, 0, 0.4, 0.5, 0.9, 1, 1.1], weights: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.37], range: 0...1,
      bins: 2)
    #expect(abs(histogram.shares[0] - 0.06) < 1e-15)
    #expect(abs(histogram.shares[1] - 0.56) < 1e-15)
    #expect(abs(histogram.outside - 0.38) < 1e-15)
    #expect(histogram.edges(of: 1) == (0.5, 1))
  }

  @Test("a grid puts x along its columns and y along its rows")
  func grid() {
    let grid = WeightedGrid(
      [0.1, 0.9, 0.9, 5], [0.1, 0.1, 0.9, 0], weights: [0.1, 0.2, 0.3, 0.4], 0...1, 0...1, size: 2)
    #expect(grid.shares == [0.1, 0.2, 0, 0.3])
    #expect(grid.outside == 0.4)
  }

  @Test("the central range leaves at most a thousandth of the weight at either end, however far outliers are")
  func centralRange() {
    // A thousand even values, and at either end one far away that may be left out.
    let values = [-1e9] + (0..<1000).map { Double($0) } + [1e7]
    let weights = [0.0005] + [Double](repeating: 0.999 / 1000, count: 1000) + [0.0005]
    let range = WeightedHistogram.centralRange(of: values, weights: weights)
    let histogram = WeightedHistogram(values, weights: weights, range: range, bins: 10)
    #expect(histogram.outside <= 0.002 + 1e-12)
    #expect(range.lowerBound > -50 && range.upperBound < 1050)
    #expect(range.lowerBound <= 1 && range.upperBound >= 998)
  }

  @Test("an outlier that carries weight stays")
  func heavyOutlier() {
    let range = WeightedHistogram.centralRange(of: [0, 1, 1e6], weights: [0.5, 0.498, 0.002])
    #expect(range.contains(1e6) && range.contains(0))
  }

  @Test("one value, and values without weight, make a range that is not empty")
  func degenerate() {
    let one = WeightedHistogram.centralRange(of: [3, 3], weights: [0.5, 0.5])
    #expect(one.contains(3) && one.lowerBound < one.upperBound)
    let weightless = WeightedHistogram.centralRange(of: [3, 70], weights: [1, 0])
    #expect(weightless.contains(3) && !weightless.contains(70))
  }

  /// Seen to catch: zooming until both edges of a bin were the same number, which ended the process.
  @Test("values that are hardly apart, or as far apart as numbers are, make a range with bins")
  func extremes() {
    let huge = Double.greatestFiniteMagnitude
    let float = Double(Float(1).nextUp)
    let cases: [[Double]] = [
      [1] + Array(repeating: 1, count: 4998) + [float], [1e16, 1e16], [1e16, 1e16 + 2], [-1e20, 1e20],
      [huge, huge],
      [-huge, huge], [0, 5e-324], [-5e-324, 5e-324], [3.4e38, 3.4e38], [-1e-300, 1e300], [0, 0, 0],
      [1e300, 1e300.nextUp], [-1.7e308, -1.75e308], [-.infinity, 0], [0, .infinity],
    ]
    for values in cases {
      let weights = values.map { _ in 1 / Double(values.count) }
      let range = WeightedHistogram.centralRange(of: values, weights: weights)
      let width = range.upperBound - range.lowerBound
      #expect(width > 0 && width.isFinite, "\(values.prefix(2)): \(range)")
      let histogram = WeightedHistogram(values, weights: weights, range: range, bins: 80)
      let (lower, upper) = histogram.edges(of: 40)
      #expect(lower < upper, "\(values.prefix(2)): \(range)")
      #expect(abs(histogram.shares.reduce(histogram.outside, +) - 1) < 1e-9)
    }
  }
}
