internal import CKernels
import Foundation

/// The density of the noise at the far end of the path, where the data are lost in it: a Gaussian whose mean and variances are read
/// off the model's scores there.
///
/// For draws in pairs `±z` the scores of a Gaussian, `s = −(y − m)/W`, give `W` as `−Σ y²/Σ s y` and `m` as the mean of `y + W s`, coordinate by
/// coordinate and without noise. Of `N(0, v_T)` in its place each row's log density would be off by about `|m|/√v_T`.
struct EndDensity: Sendable {
  /// Half of the rows that the model is asked about.
  private static let pairs = 128
  /// What it asks of the model.
  static let rows = 2 * pairs

  private let mean: [Double]
  private let variance: [Double]
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

    // Sums over pairs of y², s y and s, in y coordinates.
    var squares = [Double](repeating: 0, count: d)
    var (products, sums) = (squares, squares)
    for i in 0..<half {
      let y = Double(ask.inputs[i]) / point.signal
      let (up, down) = (point.signal * Double(ask.scores[i]), point.signal * Double(ask.scores[half + i]))
      squares[i % d] += 2 * y * y
      products[i % d] += (up - down) * y
      sums[i % d] += up + down
    }
    if model.atoms != nil {
      // No coordinate of an atom differs from another.
      squares = Array(repeating: squares.reduce(0, +), count: d)
      products = Array(repeating: products.reduce(0, +), count: d)
      sums = Array(repeating: 0, count: d)
    }
    let spread = model.dataStandardDeviation ?? 0
    let variance = (0..<d).map { j in
      let found = -squares[j] / products[j]
      // Scores that are no Gaussian's tell nothing of its width.
      return found > 0.5 * level && found < 100 * level ? found : level + spread * spread
    }
    self.variance = variance
    mean = (0..<d).map { variance[$0] * sums[$0] / Double(Self.rows) }
    let share = Double(model.intrinsicDimensions) / Double(d)
    constant = -0.5 * share * variance.reduce(0) { $0 + log(2 * .pi * $1) }
  }

  /// `log q_{v_T}(y)` of one state, in nats.
  func callAsFunction(_ state: UnsafeBufferPointer<Double>) -> Double {
    var sum = 0.0
    for j in mean.indices { sum += (state[j] - mean[j]) * (state[j] - mean[j]) / variance[j] }
    return constant - 0.5 * sum
  }
}
