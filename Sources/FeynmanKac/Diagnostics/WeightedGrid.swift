/// Shares of weight in the cells of a square grid over two coordinates.
package struct WeightedGrid: Sendable, Equatable {
  /// Cells along each side.
  package let size: Int
  /// `[size, size]`: the cell of column `i` and row `j`, both from the lower end, is at `j · size + i`.
  package let shares: [Double]
  /// The share of the weight that lies beyond either range.
  package let outside: Double

  /// - Parameters:
  ///   - x: Values, as many as weights.
  ///   - y: Likewise.
  ///   - weights: Normalised.
  ///   - xRange: Not empty; both ends belong to it.
  ///   - yRange: Likewise.
  ///   - size: At least 1.
  package init(
    _ x: [Double], _ y: [Double], weights: [Double], _ xRange: ClosedRange<Double>,
    _ yRange: ClosedRange<Double>, size: Int
  ) {
    var shares = [Double](repeating: 0, count: size * size)
    var outside = 0.0
    for index in weights.indices {
      if let i = WeightedHistogram.bin(of: x[index], in: xRange, size),
        let j = WeightedHistogram.bin(of: y[index], in: yRange, size)
      {
        shares[j * size + i] += weights[index]
      } else {
        outside += weights[index]
      }
    }
    self.size = size
    self.shares = shares
    self.outside = outside
  }
}
