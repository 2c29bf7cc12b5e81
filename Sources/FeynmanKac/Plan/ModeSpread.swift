/// How wide the data is, and how wide the parts are that it comes in.
package struct ModeSpread: Sendable, Equatable, Codable {
  /// The variance per dimension within modes, in squared data units.
  package let within: Double
  /// The variance per dimension of all of it, in squared data units.
  package let total: Double
  /// How many times wider the data is than its scores say, in the coordinate or direction in which that is most: `1/R²` of the regression of
  /// scores on states, 1 for Gaussians and 10 for modes far apart.
  package let apartness: Double
  /// The highest level that exponents can move from on with modes that are much narrower than others keeping their particles, in squared data
  /// units; nil where there are none of these.
  package var highestLevel: Double?

  /// What plain samples of a composition and its scores there tell: scores have the variance `1/width²` within modes, however far apart
  /// these are.
  ///
  /// - Parameters:
  ///   - states: Row-major `[n, d]`, in `y` coordinates.
  ///   - scores: The composition's there, alike.
  ///   - level: `v` where they are, which is taken off.
  package init(states: [Float], scores: [Double], dimensions d: Int, level: Double) {
    var (within, total, apartness) = (0.0, 0.0, 1.0)
    for j in 0..<d {
      let own = Moments(
        stride(from: j, to: states.count, by: d).lazy.map { (Double(states[$0]), scores[$0]) })
      within += max(1 / own.scores - level, 0)
      total += max(own.states - level, 0)
      apartness = max(apartness, own.apartness)
    }
    let widest = Self.widestDirection(of: states, dimensions: d)
    let along = Moments(
      (0..<states.count / d).lazy.map { row in
        (0..<d).reduce((0.0, 0.0)) {
          ($0.0 + widest[$1] * Double(states[row * d + $1]), $0.1 + widest[$1] * scores[row * d + $1])
        }
      })
    self.within = within / Double(d)
    self.total = total / Double(d)
    self.apartness = max(apartness, along.apartness)
  }

  /// The second moments of states and scores in one direction.
  private struct Moments {
    /// Their variances.
    let states: Double
    let scores: Double
    /// `1/R²`.
    let apartness: Double

    init(_ pairs: some Collection<(Double, Double)>) {
      let count = Double(pairs.count)
      let means = pairs.reduce((0.0, 0.0)) { ($0.0 + $1.0 / count, $0.1 + $1.1 / count) }
      var (square, other, product) = (0.0, 0.0, 0.0)
      for (state, score) in pairs {
        square += (state - means.0) * (state - means.0) / count
        other += (score - means.1) * (score - means.1) / count
        product += (state - means.0) * (score - means.1) / count
      }
      states = square
      scores = other
      apartness = product == 0 ? .infinity : square * other / (product * product)
    }
  }

  /// The direction in which states are the widest, `[d]`, by a few rounds of the power method.
  private static func widestDirection(of states: [Float], dimensions d: Int) -> [Double] {
    let count = states.count / d
    let means = (0..<d).map { j in
      stride(from: j, to: states.count, by: d).reduce(0) { $0 + Double(states[$1]) } / Double(count)
    }
    var direction = [Double](repeating: 1 / Double(d).squareRoot(), count: d)
    for _ in 0..<20 {
      var next = [Double](repeating: 0, count: d)
      for row in 0..<count {
        let along = (0..<d).reduce(0) { $0 + direction[$1] * (Double(states[row * d + $1]) - means[$1]) }
        for j in 0..<d { next[j] += along * (Double(states[row * d + j]) - means[j]) }
      }
      let length = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0 else { break }
      direction = next.map { $0 / length }
    }
    return direction
  }
}
