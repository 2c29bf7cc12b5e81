// When an island stops to ask the unconditional branch.

extension BlockEvaluation {
  /// `Σ cos(s_u, s_c)` over a block's particles, and the sum of its squares; 1 where both scores are zero.
  func alignmentSums(_ block: Block) -> (first: Double, second: Double) {
    guard let guidance = plan.guidance else { return (0, 0) }
    let d = plan.dimensions
    let first = state.termScores[guidance.unconditional][block]
    let second = state.termScores[guidance.conditional][block]
    var sums = (first: 0.0, second: 0.0)
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
      sums.first += cosine
      sums.second += cosine * cosine
    }
    return sums
  }
}

extension SamplingRun {
  /// Writes what `decideAlignment` adds up, while the island still asks both branches.
  func measureAlignment(_ block: Block, _ evaluation: BlockEvaluation) {
    guard let alignments = sums.alignments, islands[block.island].alignedStep == nil else { return }
    let own = evaluation.alignmentSums(block)
    alignments[block][0] = own.first
    alignments[block][1] = own.second
  }

  /// Adds up an island's blocks in their order and, once they have risen above the threshold, asks the unconditional
  /// branch no more from the next step on. There is no way back.
  ///
  /// In pure noise both branches name that noise and their cosine is near 1, before guidance has done anything. So they
  /// must have disagreed at an earlier step: the mean must come from below the threshold, by more than the four standard
  /// errors within which it may wander across.
  func decideAlignment(_ index: Int, step: Int) {
    guard let alignments = sums.alignments, let threshold = plan.guidance?.alignmentThreshold,
      islands[index].alignedStep == nil
    else { return }
    var total = (first: 0.0, second: 0.0)
    for block in alignments.ofIsland(index) { total = (total.first + block[0], total.second + block[1]) }
    let count = Double(plan.islandParticles)
    let mean = total.first / count
    let standardError = (max(0, total.second / count - mean * mean) / count).squareRoot()
    islands[index].alignment = mean
    if mean < threshold - 4 * standardError {
      islands[index].hasDisagreed = true
    } else if mean > threshold, islands[index].hasDisagreed {
      islands[index].alignedStep = step
    }
  }

  /// The mean cosine over islands that asked both branches at a step; nil where none did.
  func alignment(at step: Int) -> Double? {
    guard sums.alignments != nil else { return nil }
    var sum = 0.0
    var count = 0
    for island in islands where (island.alignedStep ?? step) >= step {
      sum += island.alignment
      count += 1
    }
    return count > 0 ? sum / Double(count) : nil
  }

  /// Rows that each model was asked for.
  var modelEvaluations: [(model: String, rows: Int)] {
    var evaluations = plan.modelEvaluations
    guard let guidance = plan.guidance else { return evaluations }
    for island in islands {
      guard let aligned = island.alignedStep else { continue }
      let spared = (0...plan.steps).reduce(0) { $0 + ($1 > aligned ? plan.evaluations(at: $1) : 0) }
      evaluations[guidance.unconditional].rows -= spared * plan.islandParticles
    }
    return evaluations
  }
}
