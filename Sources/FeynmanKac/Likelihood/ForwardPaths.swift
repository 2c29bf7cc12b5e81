internal import CKernels
import Libc

/// `log q` of a few rows by paths that noise them, `y_{k+1} = y_k + √(v_{k+1} − v_k) z`, and the ratio of the kernels back and
/// forth: no divergence.
///
/// ```
/// q_{v₀}(y₀) = E[ q_{v_T}(y_T) Π b(y_k | y_{k+1}) / N(y_{k+1}; y_k, δ) ],   δ = v_{k+1} − v_k
/// ```
/// holds for the true kernels `b` path by path. Their means are `y_{k+1} + δ s` exactly (Tweedie), and their covariances
/// `δ(1 + δ J)`, `J` the derivative of the score. Here `b` is the Gaussian with this mean and the variance `δ(1 + δ tr J/D)`, the
/// trace by what the other paths of the row found over the same step, `⟨Δy, Δs⟩/|Δy|²`, so that every path is weighed by a
/// density that did not see it. With `δ v/v'` in its place, that of data that are a point, the error is a hundred times larger.
/// - Source: derived in <doc:Likelihoods>.
struct ForwardPaths {
  private let ladder: LikelihoodLadder
  private let ask: RowScores
  private let rows: Range<Int>
  private let count: Int
  private let seed: UInt64
  private let dimensions: Int
  /// `y` and `s_y` of each path, `[rows, count, d]`.
  private var states: [Double]
  private var scores: [Double]
  /// The states two steps before, `[rows, count, d]`.
  private var anchors: [Double]
  /// Sums of the logarithms of the ratios, `[rows, count]`: at every level and at every second.
  private var fine: [Double]
  private var coarse: [Double]
  private var normals: [Float]

  /// - Parameters:
  ///   - points: `x` of all rows.
  ///   - rows: Those of them that this is about.
  init(
    _ points: UnsafeBufferPointer<Double>, rows: Range<Int>, _ ladder: LikelihoodLadder, _ ask: RowScores,
    count: Int, seed: UInt64
  ) {
    self.ladder = ladder
    self.ask = ask
    self.rows = rows
    self.count = count
    self.seed = seed
    let d = ask.dimensions
    dimensions = d
    let shrink = exp(-ladder.logSignal)
    let start = rows.lowerBound * d
    states = (0..<rows.count * count * d).map { points[start + $0 / (count * d) * d + $0 % d] * shrink }
    anchors = states
    scores = Array(repeating: 0, count: states.count)
    fine = Array(repeating: 0, count: rows.count * count)
    coarse = fine
    normals = Array(repeating: 0, count: states.count)
  }

  /// Writes what was found of each row.
  mutating func run(into results: LikelihoodResults, endingIn end: EndDensity) throws {
    try askFirst()
    for step in 0..<ladder.steps { try advance(step) }
    let shift = -Double(ask.model.intrinsicDimensions) * ladder.logSignal
    for row in 0..<rows.count {
      let paths = row * count..<(row + 1) * count
      let ends = paths.map { path in
        states.withUnsafeBufferPointer {
          end(UnsafeBufferPointer(rebasing: $0[path * dimensions..<(path + 1) * dimensions]))
        }
      }
      let own = Self.logMean(zip(fine[paths], ends).map(+))
      let other = Self.logMean(zip(coarse[paths], ends).map(+))
      results.set(
        rows.lowerBound + row, value: own.value + shift, standardError: own.standardError,
        step: own.value - other.value)
    }
  }

  /// `log (1/n Σ e^x)` with its standard error by the delta method.
  private static func logMean(_ logs: [Double]) -> (value: Double, standardError: Double) {
    let highest = logs.max()!
    let count = Double(logs.count)
    let ratios = logs.map { exp($0 - highest) }
    let mean = ratios.reduce(0, +) / count
    let variance = ratios.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return (highest + log(mean), (variance / count).squareRoot() / mean)
  }

  /// Scores of the rows themselves, where all of their paths begin.
  private mutating func askFirst() throws {
    let point = ladder.points[0]
    let width = count * dimensions
    for row in 0..<rows.count {
      for j in 0..<dimensions {
        ask.inputs[row * dimensions + j] = Float(point.signal * states[row * width + j])
      }
    }
    try ask.ask(rows.count, at: point, step: 0) { rows.lowerBound + $0 }
    for i in scores.indices {
      scores[i] = point.signal * Double(ask.scores[i / width * dimensions + i % dimensions])
    }
  }

  private mutating func advance(_ step: Int) throws {
    drawNormals(step)
    let point = ladder.points[step + 1]
    let noise = (ladder.levels[step + 1] - ladder.levels[step]).squareRoot()
    let before = states
    for i in states.indices {
      states[i] += noise * Double(normals[i])
      ask.inputs[i] = Float(point.signal * states[i])
    }
    try ask.ask(rows.count * count, at: point, step: step + 1) { rows.lowerBound + $0 / count }
    weigh(before, step)
    if step % 2 == 1 { anchors = states }
  }

  private mutating func drawNormals(_ step: Int) {
    let width = count * dimensions
    normals.withUnsafeMutableBufferPointer { normals in
      for row in 0..<rows.count {
        let key = StreamKey(
          seed: seed, island: 0, block: rows.lowerBound + row, step: step, purpose: .likelihood)
        fk_fill_normals(
          normals.baseAddress! + row * width, width, key.seed, key.words.step, key.words.block,
          key.words.islandAndPurpose)
      }
      if let atoms = ask.model.atoms {
        fk_remove_center_of_mass(rows.count * count, atoms, normals.baseAddress!)
      }
    }
  }

  /// Adds the ratios of a step and keeps its scores.
  private mutating func weigh(_ before: [Double], _ step: Int) {
    let signal = ladder.points[step + 1].signal
    var products = [Double](repeating: 0, count: count)
    var squares = products
    for row in 0..<rows.count {
      for path in 0..<count {
        (products[path], squares[path]) = (0, 0)
        for i in range(row, path) {
          let moved = states[i] - before[i]
          let score = signal * Double(ask.scores[i])
          products[path] += moved * (score - scores[i])
          squares[path] += moved * moved
          scores[i] = score
        }
      }
      let (product, square) = (products.reduce(0, +), squares.reduce(0, +))
      for path in 0..<count {
        let curvature = (product - products[path]) / (square - squares[path])
        fine[row * count + path] += logRatio(from: before, step, to: step + 1, range(row, path), curvature)
        if step % 2 == 1 {
          coarse[row * count + path] += logRatio(
            from: anchors, step - 1, to: step + 1, range(row, path), curvature)
        }
      }
    }
  }

  private func range(_ row: Int, _ path: Int) -> Range<Int> {
    let start = (row * count + path) * dimensions
    return start..<start + dimensions
  }

  /// `log b(y | y') − log N(y'; y, δ)` of one path.
  private func logRatio(
    from before: [Double], _ level: Int, to next: Int, _ range: Range<Int>, _ curvature: Double
  ) -> Double {
    let change = ladder.levels[next] - ladder.levels[level]
    // A score falls at most as that of a point does; a rise is bounded where a step is too long for its expansion.
    let factor = min(max(1 + change * curvature, ladder.levels[level] / ladder.levels[next]), 2)
    var forward = 0.0
    var backward = 0.0
    for i in range {
      let moved = states[i] - before[i]
      let rest = moved + change * scores[i]
      forward += moved * moved
      backward += rest * rest
    }
    return 0.5 * (forward - backward / factor) / change
      - 0.5 * Double(ask.model.intrinsicDimensions) * log(factor)
  }
}
