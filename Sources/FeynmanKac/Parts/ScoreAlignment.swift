/// When an island stops to ask the unconditional branch of a guided pair: once the two agree.
///
/// In pure noise both branches name that noise and their cosine is near 1, before guidance has done anything. So they must
/// have disagreed at an earlier step: the mean must come from below the threshold, by more than the four standard errors
/// within which it may wander across. There is no way back.
struct ScoreAlignment {
  /// What is known of one island.
  struct Island: BitwiseCopyable {
    /// The mean cosine of the branches' scores when both were last asked.
    var mean = 0.0
    /// The mean was below the threshold at some step, beyond doubt.
    var hasDisagreed = false
    /// The step whose particles were the last to ask both branches; nil while both are asked.
    var lastStep: Int?
  }

  private let threshold: Double
  private let unconditional: Int
  private let conditional: Int
  /// The sum of the cosines between the branches, and that of their squares.
  private let sums: BlockColumn<Double>

  /// - Returns: Nil where nothing needs it.
  init?(_ plan: RunPlan, _ table: ColumnTable) {
    guard let guidance = plan.guidance, let threshold = guidance.alignmentThreshold else { return nil }
    self.threshold = threshold
    unconditional = guidance.unconditional
    conditional = guidance.conditional
    sums = table.block("alignments", Double.self, width: 2)
  }

  /// Writes `Σ cos(s_u, s_c)` over a block's particles, and the sum of its squares, while its island still asks both
  /// branches; 1 where both scores are zero.
  func end(_ block: Block, _ island: Island, _ state: ParticleState) {
    guard island.lastStep == nil else { return }
    let first = state.termScores[unconditional][block]
    let second = state.termScores[conditional][block]
    let d = first.width
    var (sum, squares) = (0.0, 0.0)
    for row in 0..<block.count {
      var product = 0.0
      var firstSquare = 0.0
      var secondSquare = 0.0
      for i in row * d..<(row + 1) * d {
        product += Double(first[i]) * Double(second[i])
        firstSquare += Double(first[i]) * Double(first[i])
        secondSquare += Double(second[i]) * Double(second[i])
      }
      let norms = (firstSquare * secondSquare).squareRoot()
      let cosine = norms > 0 ? product / norms : (firstSquare == secondSquare ? 1 : 0)
      sum += cosine
      squares += cosine * cosine
    }
    sums[block][0] = sum
    sums[block][1] = squares
  }

  /// Adds up an island's blocks in their order and, once they have risen above the threshold, asks the unconditional
  /// branch no more from the next step on.
  func settle(_ island: inout Island, _ index: Int, particles: Int, at step: Int) {
    guard island.lastStep == nil else { return }
    var total = (first: 0.0, second: 0.0)
    for block in sums.ofIsland(index) { total = (total.first + block[0], total.second + block[1]) }
    let count = Double(particles)
    let mean = total.first / count
    let standardError = (max(0, total.second / count - mean * mean) / count).squareRoot()
    island.mean = mean
    if mean < threshold - 4 * standardError {
      island.hasDisagreed = true
    } else if mean > threshold, island.hasDisagreed {
      island.lastStep = step
    }
  }
}
