internal import CKernels
import Libc

/// `log q` of a few rows along the probability-flow ODE from the data to the noise.
///
/// In rising log v the flow is `dy = −½ v s dlog v = ½ (y − ȳ) dlog v`, `ȳ` the denoised point, and along it
/// ```
/// log q_{v₀}(y₀) = log q_{v_T}(y_T) − ∫ ½ v div s dlog v
/// ```
/// The steps are exponential ones that extrapolate `ȳ` to their middle, the integral is a trapezoid, both of second order; the
/// divergence is the mean over Rademacher probes `z` of `⟨z, s(y + h z) − s(y)⟩/h`, whose error of order `h` is odd in `z`. A
/// second flow makes steps of twice the length with the same probes, and both together give an extrapolated value.
/// - Source: Song et al. 2021, §4.3 and Eq. 39, in these coordinates; derived in <doc:Likelihoods>.
struct ProbabilityFlow {
  /// A probe's length in standard deviations of the noise: its square is the relative error, and single precision has noise
  /// of a ten-millionth of the state divided by it.
  private static let probeLength = 0.03

  private let ladder: LikelihoodLadder
  private let ask: RowScores
  private let rows: Range<Int>
  private let probes: Int
  /// Probes are the coordinates, one after the other, and not random directions.
  private let isExhaustive: Bool
  private let seed: UInt64
  private let dimensions: Int
  private var fine: Flow
  private var coarse: Flow
  /// The squared standard error of the extrapolated value, `[rows]`.
  private var variances: [Double]
  /// `z`, `[probes, rows, d]`.
  private var directions: [Float]

  /// States that move along the flow, and the integral so far.
  private struct Flow {
    /// `y`, `[rows, d]`.
    var states: [Double]
    /// `ȳ` of the step before, `[rows, d]`; empty before the first.
    var previous: [Double] = []
    /// `∫ ½ v div s dlog v`, `[rows]`.
    var integrals: [Double]

    /// One exponential step towards the noise.
    ///
    /// - Parameters:
    ///   - scores: `s_x` at the states, `[rows, d]`.
    ///   - scale: `v α`, what turns these into `ȳ − y`.
    ///   - length: The step in log v.
    mutating func move(_ scores: UnsafePointer<Float>, scale: Double, length: Double) {
      let growth = exp(0.5 * length)
      let isFirst = previous.isEmpty
      if isFirst { previous = states }
      for i in states.indices {
        let denoised = states[i] + scale * Double(scores[i])
        let middle = isFirst ? denoised : denoised + 0.5 * (denoised - previous[i])
        previous[i] = denoised
        states[i] = growth * states[i] - (growth - 1) * middle
      }
    }
  }

  /// - Parameters:
  ///   - points: `x` of all rows.
  ///   - rows: Those of them that this is about.
  init(
    _ points: UnsafeBufferPointer<Double>, rows: Range<Int>, _ ladder: LikelihoodLadder, _ ask: RowScores,
    probes: Int, seed: UInt64
  ) {
    self.ladder = ladder
    self.ask = ask
    self.rows = rows
    self.seed = seed
    dimensions = ask.dimensions
    isExhaustive = Self.isExhaustive(ask.model, probes: probes)
    let probes = isExhaustive ? ask.dimensions : probes
    self.probes = probes
    let values = rows.count * ask.dimensions
    let shrink = exp(-ladder.logSignal)
    let start = rows.lowerBound * ask.dimensions
    let states = (0..<values).map { points[start + $0] * shrink }
    fine = Flow(states: states, integrals: Array(repeating: 0, count: rows.count))
    coarse = fine
    variances = Array(repeating: 0, count: rows.count)
    directions = Array(repeating: 0, count: probes * values)
  }

  /// How many rows the model is asked about for one of the user's at the same level.
  static func copies(_ model: some ScoreModel, probes: Int) -> Int {
    2 * (1 + (isExhaustive(model, probes: probes) ? model.dimensions : probes))
  }

  /// Whether there are enough probes for every coordinate to have its own, which leaves no noise.
  private static func isExhaustive(_ model: some ScoreModel, probes: Int) -> Bool {
    model.atoms == nil && model.dimensions <= probes
  }

  /// Writes what was found of each row.
  mutating func run(into results: LikelihoodResults, endingIn end: EndDensity) throws {
    for level in 0...ladder.steps { try visit(level) }
    let shift = -Double(ask.model.intrinsicDimensions) * ladder.logSignal
    for row in 0..<rows.count {
      let own = row * dimensions..<(row + 1) * dimensions
      let values = [fine, coarse].map { flow in
        flow.states.withUnsafeBufferPointer { end(UnsafeBufferPointer(rebasing: $0[own])) }
          - flow.integrals[row] + shift
      }
      let step = (values[0] - values[1]) / 3
      results.set(
        rows.lowerBound + row, value: values[0] + step, standardError: variances[row].squareRoot(), step: step
      )
    }
  }

  /// Asks at a level, adds its divergences and moves on to the next.
  private mutating func visit(_ level: Int) throws {
    let isShared = level.isMultiple(of: 2)
    drawDirections(level)
    let flows = isShared ? 2 : 1
    let values = rows.count * dimensions
    let stride = (1 + probes) * values
    put(fine, at: 0, level)
    if isShared { put(coarse, at: stride, level) }
    try ask.ask(flows * (1 + probes) * rows.count, at: ladder.points[level], step: level) {
      rows.lowerBound + $0 % rows.count
    }
    addDivergences(level, isShared: isShared)
    guard level < ladder.steps else { return }
    let scale = ladder.levels[level] * ladder.points[level].signal
    let scores = UnsafePointer(ask.scores.baseAddress!)
    fine.move(scores, scale: scale, length: ladder.length)
    if isShared { coarse.move(scores + stride, scale: scale, length: 2 * ladder.length) }
  }

  /// ±1 in every coordinate, or `±√d` in one, by streams of their own for each row and level.
  private mutating func drawDirections(_ level: Int) {
    let values = rows.count * dimensions
    for row in 0..<rows.count {
      var generator = PhiloxGenerator(
        StreamKey(seed: seed, island: 0, block: rows.lowerBound + row, step: level, purpose: .likelihood))
      for probe in 0..<probes {
        var bits: UInt64 = 0
        for j in 0..<dimensions {
          if j % 64 == 0 { bits = generator.next() }
          let sign: Float = bits & 1 == 0 ? -1 : 1
          bits >>= 1
          let length = isExhaustive ? (j == probe ? Float(dimensions).squareRoot() : 0) : 1
          directions[probe * values + row * dimensions + j] = sign * length
        }
      }
    }
    guard let atoms = ask.model.atoms else { return }
    directions.withUnsafeMutableBufferPointer {
      fk_remove_center_of_mass(probes * rows.count, atoms, $0.baseAddress!)
    }
  }

  /// Writes a flow's states and the ends of its probes where the model is asked.
  private func put(_ flow: Flow, at offset: Int, _ level: Int) {
    let values = rows.count * dimensions
    let signal = ladder.points[level].signal
    let length = Float(Self.probeLength * ladder.points[level].noise)
    for i in 0..<values {
      let input = Float(signal * flow.states[i])
      ask.inputs[offset + i] = input
      for probe in 0..<probes {
        ask.inputs[offset + (1 + probe) * values + i] = input + length * directions[probe * values + i]
      }
    }
  }

  private mutating func addDivergences(_ level: Int, isShared: Bool) {
    let values = rows.count * dimensions
    let isEnd = level == 0 || level == ladder.steps
    // ½ of the integrand, and ½ again at the trapezoid's ends.
    let weight = (isEnd ? 0.25 : 0.5) * ladder.length
    for row in 0..<rows.count {
      var sum = 0.0
      var squares = 0.0
      for probe in 0..<probes {
        let own = weight * divergence(0, row, probe, level)
        fine.integrals[row] += own / Double(probes)
        var extrapolated = 4 * own / 3
        if isShared {
          let other = 2 * weight * divergence((1 + probes) * values, row, probe, level)
          coarse.integrals[row] += other / Double(probes)
          extrapolated -= other / 3
        }
        sum += extrapolated
        squares += extrapolated * extrapolated
      }
      guard !isExhaustive else { continue }
      let count = Double(probes)
      variances[row] += max(0, squares - sum * sum / count) / (count - 1) / count
    }
  }

  /// `v ⟨z, J z⟩`, `J` the derivative of the score, by the difference that one probe makes.
  private func divergence(_ offset: Int, _ row: Int, _ probe: Int, _ level: Int) -> Double {
    let here = offset + row * dimensions
    let there = here + (1 + probe) * rows.count * dimensions
    var sum = 0.0
    for j in 0..<dimensions {
      // What was added after rounding.
      let moved = Double(ask.inputs[there + j]) - Double(ask.inputs[here + j])
      sum += moved * (Double(ask.scores[there + j]) - Double(ask.scores[here + j]))
    }
    // v div_y s_y = σ² div_x s_x, and the probe is so many σ long.
    return sum / (Self.probeLength * Self.probeLength)
  }
}
