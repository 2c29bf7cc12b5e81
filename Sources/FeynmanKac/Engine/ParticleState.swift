/// What is stored with every particle, as columns that resampling copies row by row. Columns that a run does not
/// need are nil.
///
/// Unchecked: threads share it, and in one pass each writes the rows of its own blocks or islands only.
final class ParticleState: @unchecked Sendable {
  /// `y`, `[N, d]`.
  let states: UnsafeMutablePointer<Float>
  /// `S`, `[N, d]`.
  let scores: UnsafeMutablePointer<Float>
  /// The drift point of the step before, `[N, d]`.
  let points: UnsafeMutablePointer<Float>?
  /// `∇_y r_u`, `[N, d]`.
  let gradients: UnsafeMutablePointer<Float>?
  /// `g ≈ ∇_y r_u` of a reward at the denoised point, `[N, d]`.
  let twists: UnsafeMutablePointer<Float>?
  /// `d log w/du` without control, `[N]`.
  let rates: UnsafeMutablePointer<Double>?
  /// `D + ⟨y, S + ∇r⟩`, `[N]`.
  let features: UnsafeMutablePointer<Double>?
  /// `[N]`, since the last resampling.
  let logWeights: UnsafeMutablePointer<Double>
  /// `Σ aᵢ log qᵢ(y)`, `[N]`.
  let logDensities: UnsafeMutablePointer<Double>?
  /// `r_u(y)`, `[N]`.
  let rewards: UnsafeMutablePointer<Double>?
  /// `sᵢ` in `y` coordinates, `[terms][N, d]`.
  let termScores: [UnsafeMutablePointer<Float>]
  /// `log qᵢ(y)`, `[terms][N]`.
  let termLogDensities: [UnsafeMutablePointer<Double>]
  /// The running average of the guided branches' difference, `[N, d]`.
  let averages: UnsafeMutablePointer<Float>?
  /// Of the finer of two coupled runs, the normals since the coarser one's last level as one normal, `[N, d]`.
  let keptNoise: UnsafeMutablePointer<Float>?
  /// Of the coarser, the log-ratio of its weights to the finer's where it was last looked at, `[N]`.
  let logRatios: UnsafeMutablePointer<Double>?
  /// The index at the start that each particle descends from, `[N]`.
  let ancestors: UnsafeMutablePointer<Int32>
  /// The slot that each particle's ancestor had at the end of the genealogy's slice before, `[N]`; nil where there is
  /// one slice.
  let parents: UnsafeMutablePointer<Int32>?
  /// The same for the trajectory's row before, `[N]`.
  let trajectoryParents: UnsafeMutablePointer<Int32>?

  /// Every column but the log-weights, which resampling sets to 0.
  private let columns: [(base: UnsafeMutableRawPointer, stride: Int)]

  init(_ plan: RunPlan, in arena: Arena) {
    let count = plan.particles
    let values = count * plan.dimensions
    states = arena.allocate(Float.self, values)
    scores = arena.allocate(Float.self, values)
    points = arena.allocate(Float.self, values, if: plan.usesHistory)
    gradients = arena.allocate(Float.self, values, if: plan.usesGradients)
    twists = arena.allocate(Float.self, values, if: plan.usesTwists)
    rates = arena.allocate(Double.self, count, if: plan.usesRates)
    features = arena.allocate(Double.self, count, if: plan.usesRates)
    logWeights = arena.allocate(Double.self, count)
    logDensities = arena.allocate(Double.self, count, if: plan.correction == .densityRatio)
    rewards = arena.allocate(Double.self, count, if: plan.usesRewardDifference)
    termScores = plan.usesTermScores ? plan.terms.map { _ in arena.allocate(Float.self, values) } : []
    termLogDensities =
      plan.usesTermLogDensities ? plan.terms.map { _ in arena.allocate(Double.self, count) } : []
    averages = arena.allocate(Float.self, values, if: plan.usesMomentum)
    keptNoise = arena.allocate(Float.self, values, if: plan.role == .finer)
    logRatios = arena.allocate(Double.self, count, if: plan.role == .coarser)
    ancestors = arena.allocate(Int32.self, count)
    parents = arena.allocate(Int32.self, count, if: plan.genealogySlices.keptCount > 0)
    trajectoryParents = arena.allocate(Int32.self, count, if: plan.trajectory != nil)

    let row = plan.dimensions * MemoryLayout<Float>.stride
    var columns: [(base: UnsafeMutableRawPointer, stride: Int)] = []
    let rows =
      [states, scores, points, gradients, twists, averages, keptNoise].compactMap { $0 } + termScores
    for column in rows {
      columns.append((UnsafeMutableRawPointer(column), row))
    }
    for column in [rates, features, logDensities, rewards, logRatios].compactMap({ $0 }) + termLogDensities {
      columns.append((UnsafeMutableRawPointer(column), MemoryLayout<Double>.stride))
    }
    for column in [ancestors, parents, trajectoryParents].compactMap({ $0 }) {
      columns.append((UnsafeMutableRawPointer(column), MemoryLayout<Int32>.stride))
    }
    self.columns = columns
  }

  /// Every column but `kept`, to be freed.
  func columns(except kept: [UnsafeMutableRawPointer]) -> [UnsafeMutableRawPointer] {
    columns.map(\.base).filter { !kept.contains($0) }
  }

  /// Copies whole particles: for every pair, what is at the source goes to the destination. No destination is the
  /// source of another pair, so that several threads may copy some pairs each.
  func copy(_ pairs: UnsafeBufferPointer<Placement.Move>, offset: Int) {
    for column in columns {
      let base = column.base + offset * column.stride
      switch column.stride {
      case 4: Self.copy(pairs, base.assumingMemoryBound(to: UInt32.self))
      case 8: Self.copy(pairs, base.assumingMemoryBound(to: UInt64.self))
      default:
        for pair in pairs {
          (base + Int(pair.destination) * column.stride).copyMemory(
            from: base + Int(pair.source) * column.stride, byteCount: column.stride)
        }
      }
    }
  }

  private static func copy<Word>(
    _ pairs: UnsafeBufferPointer<Placement.Move>, _ base: UnsafeMutablePointer<Word>
  ) {
    for pair in pairs { base[Int(pair.destination)] = base[Int(pair.source)] }
  }
}
