import Libc

/// Where steps should lie: a density over `u = −log v`, constant within the steps that it was measured on.
struct StepDensity {
  /// No step is longer than this many times the mean.
  static let longestStep = 4.0

  /// `u` at the ends of the pieces, rising.
  private let positions: [Double]
  /// The share of the steps that comes before each end, from 0 to 1.
  private let shares: [Double]

  /// The density of steps that have equal shares of what was measured.
  ///
  /// - Parameters:
  ///   - levels: `v` at the ends of the double steps.
  ///   - meanSquares: `aₖ` of each.
  ///   - exponent: What makes a length of `aₖ`: 1/3 with noise, 1/6 without.
  init(levels: [Double], meanSquares: [Double], exponent: Double) {
    let positions = levels.map { -log($0) }
    let lengths = meanSquares.indices.map { positions[$0 + 1] - positions[$0] }
    let wanted = smoothed(zip(meanSquares, lengths).map { pow(max($0, 0), exponent) / $1 })
    let total = zip(wanted, lengths).reduce(0) { $0 + $1.0 * $1.1 }
    let length = lengths.reduce(0, +)
    let floor = 1 / Self.longestStep
    var shares = [0.0]
    for (density, step) in zip(wanted, lengths) {
      let own = total > 0 && total.isFinite ? density / total : 1 / length
      shares.append(shares.last! + step * ((1 - floor) * own + floor / length))
    }
    self.positions = positions
    self.shares = shares.map { $0 / shares.last! }
  }

  /// `steps + 1` levels between the same ends.
  func levels(steps: Int, from first: Double, to last: Double) -> [Double] {
    var piece = 0
    var levels = (0...steps).map { step -> Double in
      let share = Double(step) / Double(steps)
      while piece < shares.count - 2, shares[piece + 1] < share { piece += 1 }
      let fraction = (share - shares[piece]) / (shares[piece + 1] - shares[piece])
      return exp(-(positions[piece] + fraction * (positions[piece + 1] - positions[piece])))
    }
    levels[0] = first
    levels[steps] = last
    return levels
  }
}

/// Twice the mean of each value with its neighbours, weighted 1, 2, 1: neighbouring steps should not differ by what is
/// noise of the measurement.
private func smoothed(_ values: [Double]) -> [Double] {
  func once(_ values: [Double]) -> [Double] {
    values.indices.map { index in
      let before = values[max(index - 1, 0)]
      let after = values[min(index + 1, values.count - 1)]
      return 0.25 * before + 0.5 * values[index] + 0.25 * after
    }
  }
  return once(once(values))
}
