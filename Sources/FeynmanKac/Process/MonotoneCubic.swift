internal import CGSL

/// A piecewise cubic through given points that is once differentiable, and monotone wherever the points are; a straight line
/// before the first and after the last.
///
/// - Source: Steffen 1990, as in GSL.
struct MonotoneCubic: Sendable {
  /// Where the points are: at least three, rising strictly.
  let nodes: [Double]
  let values: [Double]
  private(set) var slopes: [Double]

  /// - Parameters:
  ///   - nodes: At least three, rising strictly.
  ///   - values: As many, finite.
  init(_ nodes: [Double], _ values: [Double]) {
    precondition(
      nodes.count >= 3 && nodes.count == values.count, "\(nodes.count) nodes and \(values.count) values")
    var slopes = [Double](repeating: 0, count: nodes.count)
    precondition(fk_steffen_slopes(nodes, values, nodes.count, &slopes) == 0, "no memory for a spline")
    self.nodes = nodes
    self.values = values
    self.slopes = slopes
    // GSL takes the secants at both ends, which would be right to first order alone.
    let last = nodes.count - 1
    self.slopes[0] = Self.endSlope(secant(0), secant(1), nodes[1] - nodes[0], nodes[2] - nodes[1])
    self.slopes[last] = Self.endSlope(
      secant(last - 1), secant(last - 2), nodes[last] - nodes[last - 1], nodes[last - 1] - nodes[last - 2])
  }

  /// The slope at an end of the parabola through three points, from 0 to twice the secant next to it.
  private static func endSlope(_ near: Double, _ far: Double, _ width: Double, _ next: Double) -> Double {
    let parabola = near + (near - far) * width / (width + next)
    guard parabola * near > 0 else { return 0 }
    return abs(parabola) > 2 * abs(near) ? 2 * near : parabola
  }

  /// The slope of the straight line from a node to the next.
  func secant(_ interval: Int) -> Double {
    (values[interval + 1] - values[interval]) / (nodes[interval + 1] - nodes[interval])
  }

  /// Replaces the slope at a node. Up to three times the secants on both sides keep the curve monotone.
  mutating func setSlope(_ slope: Double, at node: Int) { slopes[node] = slope }

  /// The curve and its derivative; the values are exact at the nodes.
  func point(at x: Double) -> (value: Double, slope: Double) {
    let last = nodes.count - 1
    if x <= nodes[0] { return (values[0] + slopes[0] * (x - nodes[0]), slopes[0]) }
    if x >= nodes[last] { return (values[last] + slopes[last] * (x - nodes[last]), slopes[last]) }
    var (interval, end) = (0, last)
    while end - interval > 1 {
      let middle = (interval + end) / 2
      if nodes[middle] <= x { interval = middle } else { end = middle }
    }
    return point(at: x, in: interval)
  }

  private func point(at x: Double, in interval: Int) -> (value: Double, slope: Double) {
    let width = nodes[interval + 1] - nodes[interval]
    let (left, right) = (slopes[interval], slopes[interval + 1])
    let secant = secant(interval)
    let cubic = left + right - 2 * secant
    let after = (x - nodes[interval]) / width
    let slope = left + after * (2 * (3 * secant - 2 * left - right) + 3 * after * cubic)
    // From the nearer node, so that rounding leaves no step at either.
    if after <= 0.5 {
      let rise = left + after * (3 * secant - 2 * left - right + after * cubic)
      return (values[interval] + (x - nodes[interval]) * rise, slope)
    }
    let before = (nodes[interval + 1] - x) / width
    let rise = right + before * (3 * secant - 2 * right - left + before * cubic)
    return (values[interval + 1] - (nodes[interval + 1] - x) * rise, slope)
  }
}
