// When an island stops to ask the unconditional branch.

extension BlockEvaluation {
  /// `Σ cos(s_u, s_c)` over a block's particles; 1 where both are zero.
  func alignmentSum(_ block: Block) -> Double {
    guard let guidance = plan.guidance else { return 0 }
    let d = plan.dimensions
    let first = state.termScores[guidance.unconditional] + block.start * d
    let second = state.termScores[guidance.conditional] + block.start * d
    var sum = 0.0
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
      sum += norms > 0 ? product / norms : (firstSquare == secondSquare ? 1 : 0)
    }
    return sum
  }
}

extension SamplingRun {
  /// Writes what `decideAlignment` adds up, while the island still asks both branches.
  func measureAlignment(_ block: Block, _ evaluation: BlockEvaluation) {
    guard let blockAlignments, islands[block.island].alignedStep == nil else { return }
    blockAlignments[block.island * plan.blocksPerIsland + block.index] = evaluation.alignmentSum(block)
  }

  /// Adds up an island's blocks in their order and, above the threshold, asks the unconditional branch no more from the
  /// next step on. There is no way back.
  func decideAlignment(_ index: Int, step: Int) {
    guard let blockAlignments, let threshold = plan.guidance?.alignmentThreshold,
      islands[index].alignedStep == nil
    else { return }
    var sum = 0.0
    for block in 0..<plan.blocksPerIsland { sum += blockAlignments[index * plan.blocksPerIsland + block] }
    let mean = sum / Double(plan.islandParticles)
    islands[index].alignment = mean
    if mean > threshold { islands[index].alignedStep = step }
  }

  /// The mean cosine over islands that asked both branches at a step; nil where none did.
  func alignment(at step: Int) -> Double? {
    guard blockAlignments != nil else { return nil }
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
      evaluations[guidance.unconditional].rows -=
        (plan.steps - aligned) * plan.evaluationsPerStep * plan.islandParticles
    }
    return evaluations
  }
}
