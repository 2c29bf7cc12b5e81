internal import CKernels
import Foundation

/// Whether the Gaussian that a run starts from is the one that the models' scores have there.
///
/// Each model's own Gaussian at the first level is read off its scores, a straight line in each coordinate whose slope is
/// `−1/S` and whose zero is the mean; the composition of these has a log Z in closed form, and what it differs by from that
/// of the start is an error of log Z which nothing in the run would show.
/// - Source: derived in <doc:Trust>.
struct StartCheck: Sendable, Equatable {
  /// log Z of the composed Gaussians minus that which the run starts from, in nats.
  let error: Double
  /// `1 − R²` of the worst model: what of its scores no straight line explains.
  let residual: Double
  /// The rows that each model was asked for.
  let rows: Int
  private static let rounds = 2

  /// The check; nil where the start is exact, and where the composition of the fits has no finite integral.
  ///
  /// - Throws: What a model throws.
  init?(_ plan: RunPlan, seed: UInt64) throws {
    guard plan.needs.contains(.weights), plan.start == .gaussian else { return nil }
    let d = plan.dimensions
    var precision = [Double](repeating: 0, count: d)
    var weighted = [Double](repeating: 0, count: d)
    var constant = 0.0
    var worst = 0.0
    for (index, term) in plan.terms.enumerated() {
      let fit = try Fit(term, plan, seed: seed, number: index, rounds: Self.rounds)
      let exponent = term.exponents[0]
      worst = max(worst, fit.residual)
      for j in 0..<d {
        precision[j] += exponent / fit.variance[j]
        weighted[j] += exponent * fit.mean[j] / fit.variance[j]
        constant -=
          0.5 * exponent * (log(2 * .pi * fit.variance[j]) + fit.mean[j] * fit.mean[j] / fit.variance[j])
      }
    }
    guard precision.allSatisfy({ $0 > 0 }) else { return nil }
    for j in 0..<d {
      constant += 0.5 * (weighted[j] * weighted[j] / precision[j] + log(2 * .pi / precision[j]))
    }
    // Atoms have no coordinates along their centre of mass.
    let share = Double(plan.intrinsicDimensions) / Double(d)
    error = share * constant - InitialDistribution(plan).logNormalizer
    residual = worst
    rows = Self.rounds * plan.blockRows
  }

  /// The Gaussian of one model at the first level of the path.
  private struct Fit {
    private(set) var mean: [Double]
    private(set) var variance: [Double]
    private(set) var residual = 0.0

    init(_ term: RunPlan.PlannedTerm, _ plan: RunPlan, seed: UInt64, number: Int, rounds: Int) throws {
      let d = plan.dimensions
      let spread = term.model.dataStandardDeviation ?? 0
      mean = Array(repeating: 0, count: d)
      variance = Array(repeating: plan.path.levels[0] + spread * spread, count: d)
      for round in 0..<rounds { try improve(term, plan, seed: seed, block: 2 + number, step: round) }
    }

    private mutating func improve(
      _ term: RunPlan.PlannedTerm, _ plan: RunPlan, seed: UInt64, block: Int, step: Int
    ) throws {
      let d = plan.dimensions
      let rows = plan.blockRows
      var states = [Float](repeating: 0, count: rows * d)
      var scores = [Float](repeating: 0, count: rows * d)
      let key = StreamKey(seed: seed, island: 0, block: block, step: step, purpose: .check)
      let workspace = UnsafeMutableRawBufferPointer.allocate(
        byteCount: 4 * term.model.workspaceSize(rows: rows) + 64, alignment: 64)
      defer { workspace.deallocate() }
      let point = term.points[0]
      try states.withUnsafeMutableBufferPointer { states in
        let start = states.baseAddress!
        fk_fill_normals(
          start, states.count, key.seed, key.words.step, key.words.block, key.words.islandAndPurpose)
        if let atoms = plan.atoms { fk_remove_center_of_mass(rows, atoms, start) }
        for row in 0..<rows {
          for j in 0..<d {
            let y = mean[j] + variance[j].squareRoot() * Double(states[row * d + j])
            states[row * d + j] = Float(point.signal * y)
          }
        }
        try scores.withUnsafeMutableBufferPointer { scores in
          try term.model.evaluate(
            ScoreBatch(
              count: rows, dimensions: d, states: start, scores: scores.baseAddress!,
              workspace: workspace.bindMemory(to: Float.self)), at: point)
        }
      }
      regress(states, scores, signal: point.signal, rows: rows)
    }

    /// `s = −(y − m)/S` in each coordinate by least squares.
    private mutating func regress(_ states: [Float], _ scores: [Float], signal: Double, rows: Int) {
      let d = mean.count
      var unexplained = 0.0
      var total = 0.0
      for j in 0..<d {
        var (sy, ss, syy, sys, sss) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for row in 0..<rows {
          let y = Double(states[row * d + j]) / signal
          let s = Double(scores[row * d + j]) * signal
          (sy, ss) = (sy + y, ss + s)
          (syy, sys, sss) = (syy + y * y, sys + y * s, sss + s * s)
        }
        let n = Double(rows)
        let (my, ms) = (sy / n, ss / n)
        let (vy, cov, vs) = (syy / n - my * my, sys / n - my * ms, sss / n - ms * ms)
        unexplained += vs - cov * cov / vy
        total += vs
        guard cov < 0 else { continue }
        let slope = cov / vy
        variance[j] = -1 / slope
        mean[j] = my - ms / slope
      }
      residual = total > 0 ? max(0, unexplained / total) : 0
    }
  }
}
