/// Wasserstein distances between two weighted sets of numbers.
public struct QuantileDistance: Sendable, Equatable {
  /// `∫ |F⁻¹(u) − G⁻¹(u)| du`, in the numbers' unit.
  public let first: Double
  /// `∫ (F⁻¹(u) − G⁻¹(u))² du`, in the unit's square.
  public let secondSquared: Double
  /// `W₂`, in the numbers' unit.
  public var second: Double { secondSquared.squareRoot() }

  /// Couples equal quantiles, which is the optimal coupling in one dimension.
  ///
  /// - Parameters:
  ///   - first: Numbers without NaN, at least one.
  ///   - firstWeights: Weights, as many as there are numbers, with sum 1.
  ///   - second: Likewise.
  ///   - secondWeights: Likewise.
  /// - Complexity: O(N log N).
  public init(_ first: [Double], _ firstWeights: [Double], _ second: [Double], _ secondWeights: [Double]) {
    precondition(first.count == firstWeights.count && second.count == secondWeights.count)
    let firstOrder = first.indices.sorted { first[$0] < first[$1] }
    let secondOrder = second.indices.sorted { second[$0] < second[$1] }
    var i = 0
    var j = 0
    var firstCumulative = firstWeights[firstOrder[0]]
    var secondCumulative = secondWeights[secondOrder[0]]
    var position = 0.0
    var absolute = 0.0
    var squared = 0.0
    while true {
      let end = min(firstCumulative, secondCumulative)
      let gap = first[firstOrder[i]] - second[secondOrder[j]]
      let width = max(0, end - position)
      absolute += width * abs(gap)
      squared += width * gap * gap
      position = max(position, end)
      // Both sums end at 1 only up to rounding: whoever is at its last number waits for the other.
      let firstIsLast = i == first.count - 1
      let secondIsLast = j == second.count - 1
      if firstIsLast && secondIsLast { break }
      if secondIsLast || (!firstIsLast && firstCumulative <= secondCumulative) {
        i += 1
        firstCumulative += firstWeights[firstOrder[i]]
      } else {
        j += 1
        secondCumulative += secondWeights[secondOrder[j]]
      }
    }
    self.first = absolute
    self.secondSquared = squared
  }
}
