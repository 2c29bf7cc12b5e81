internal import CKernels
import Libc

/// The density of the noise at the far end of the path, where the data are lost in it: a Gaussian whose mean and covariance are read
/// off the model's scores there.
///
/// For draws in pairs `±y` the scores of a Gaussian, `s = −P (y − m)`, are `−P y` by their halved differences and `P m` by their halved
/// sums, and a regression of the former on the draws gives `P` without noise. Of `N(0, v_T)` in its place each row's log density would be
/// off by about `|m|/√v_T`; of coordinates by themselves, by half the largest eigenvalue of what correlates them, over `v_T`. More
/// coordinates than pairs, and atoms, are taken by themselves all the same.
struct EndDensity: Sendable {
  /// Half of the rows that the model is asked about.
  private static let pairs = 128
  /// What it asks of the model.
  static let rows = 2 * pairs

  private let mean: [Double]
  /// The precision along each axis, `[d]`.
  private let precisions: [Double]
  /// A unit vector each, `[d][d]`; nil for the coordinates.
  private let axes: [[Double]]?
  private let constant: Double

  /// - Throws: `RunError` where the model fails.
  init(_ model: some ScoreModel, _ ladder: LikelihoodLadder, seed: UInt64, callRows: Int) throws {
    let level = ladder.levels[ladder.steps]
    let point = ladder.points[ladder.steps]
    let d = model.dimensions
    let ask = RowScores(model, capacity: Self.rows, callRows: callRows)
    let half = Self.pairs * d
    let key = StreamKey(seed: seed, island: 1, step: 0, purpose: .likelihood)
    var draws = [Float](repeating: 0, count: half)
    draws.withUnsafeMutableBufferPointer { draws in
      fk_fill_normals(
        draws.baseAddress!, half, key.seed, key.words.step, key.words.block, key.words.islandAndPurpose)
      if let atoms = model.atoms { fk_remove_center_of_mass(Self.pairs, atoms, draws.baseAddress!) }
    }
    for i in 0..<half {
      ask.inputs[i] = Float(point.noise) * draws[i]
      ask.inputs[half + i] = -ask.inputs[i]
    }
    try ask.ask(Self.rows, at: point, step: ladder.steps) { $0 }

    var pairs: [Pair] = []
    for i in 0..<half {
      let up = point.signal * Double(ask.scores[i])
      let down = point.signal * Double(ask.scores[half + i])
      pairs.append(
        Pair(
          state: Double(ask.inputs[i]) / point.signal, difference: 0.5 * (up - down), sum: 0.5 * (up + down)))
    }
    if model.atoms == nil, d <= Self.pairs, let found = Self.correlated(pairs, dimensions: d, level: level) {
      (mean, precisions, axes) = (found.mean, found.precisions, found.axes)
    } else {
      let spread = model.dataStandardDeviation ?? 0
      (mean, precisions) = Self.apart(
        pairs, dimensions: d, level: level, spread: spread * spread, isPooled: model.atoms != nil)
      axes = nil
    }
    let share = Double(model.intrinsicDimensions) / Double(d)
    constant = 0.5 * share * precisions.reduce(0) { $0 + log($1 / (2 * .pi)) }
  }

  /// A state of a draw, and what the scores at both ends of its pair have apart and in common.
  private typealias Pair = (state: Double, difference: Double, sum: Double)

  /// Scores that are no Gaussian's tell nothing of its width.
  private static func isPlausible(_ precision: Double, _ level: Double) -> Bool {
    precision * level < 2 && precision * level > 0.01
  }

  /// Coordinates by themselves.
  private static func apart(
    _ pairs: [Pair], dimensions d: Int, level: Double, spread: Double, isPooled: Bool
  ) -> (mean: [Double], precisions: [Double]) {
    var squares = [Double](repeating: 0, count: d)
    var (products, sums) = (squares, squares)
    for (i, pair) in pairs.enumerated() {
      squares[i % d] += pair.state * pair.state
      products[i % d] += pair.difference * pair.state
      sums[i % d] += pair.sum
    }
    if isPooled {
      // No coordinate of an atom differs from another.
      squares = Array(repeating: squares.reduce(0, +), count: d)
      products = Array(repeating: products.reduce(0, +), count: d)
      sums = Array(repeating: 0, count: d)
    }
    let precisions = (0..<d).map { j in
      let found = -products[j] / squares[j]
      return isPlausible(found, level) ? found : 1 / (level + spread)
    }
    let count = Double(pairs.count / d)
    return ((0..<d).map { sums[$0] / count / precisions[$0] }, precisions)
  }

  /// All coordinates together; nil where no Gaussian has such scores.
  private static func correlated(
    _ pairs: [Pair], dimensions d: Int, level: Double
  ) -> (mean: [Double], precisions: [Double], axes: [[Double]])? {
    let zero = [[Double]](repeating: [Double](repeating: 0, count: d), count: d)
    var (gram, products) = (zero, zero)
    var sums = [Double](repeating: 0, count: d)
    let count = pairs.count / d
    for row in 0..<count {
      let own = pairs[row * d..<(row + 1) * d]
      let first = own.startIndex
      for j in 0..<d {
        let state = own[first + j].state
        sums[j] += own[first + j].sum / Double(count)
        for k in 0..<d {
          gram[j][k] += state * own[first + k].state
          products[j][k] += state * own[first + k].difference
        }
      }
    }
    guard gram.allSatisfy({ $0.allSatisfy(\.isFinite) }), let draws = SymmetricEigensystem(gram) else {
      return nil
    }
    // −G⁻¹ B, of which a Gaussian has the symmetric part alone.
    var precision = zero
    for (value, axis) in zip(draws.values, draws.vectors) {
      guard value > 0 else { return nil }
      for k in 0..<d {
        let along = (0..<d).reduce(0) { $0 + axis[$1] * products[$1][k] }
        for j in 0..<d { precision[j][k] -= axis[j] * along / value }
      }
    }
    for j in 0..<d {
      for k in 0..<j {
        precision[j][k] = 0.5 * (precision[j][k] + precision[k][j])
        precision[k][j] = precision[j][k]
      }
    }
    guard precision.allSatisfy({ $0.allSatisfy(\.isFinite) }), let own = SymmetricEigensystem(precision),
      own.values.allSatisfy({ isPlausible($0, level) })
    else { return nil }
    var mean = [Double](repeating: 0, count: d)
    for (value, axis) in zip(own.values, own.vectors) {
      let along = zip(axis, sums).reduce(0) { $0 + $1.0 * $1.1 } / value
      for j in 0..<d { mean[j] += along * axis[j] }
    }
    return (mean, own.values, own.vectors)
  }

  /// `log q_{v_T}(y)` of one state, in nats.
  func callAsFunction(_ state: UnsafeBufferPointer<Double>) -> Double {
    var sum = 0.0
    for (j, precision) in precisions.enumerated() {
      var along = state[j] - mean[j]
      if let axis = axes?[j] {
        along = 0
        for k in mean.indices { along += axis[k] * (state[k] - mean[k]) }
      }
      sum += precision * along * along
    }
    return constant - 0.5 * sum
  }
}
