import Libc

// Particles about which a model or the reward answers no finite number, where these are dropped.

extension BlockEvaluation {
  /// Marks a particle to be dropped; nothing that was said of it is used.
  ///
  /// - Parameters:
  ///   - term: The number of the model; that of models for the reward.
  ///   - answers: What was said of the block, of which the particle's own becomes 0.
  /// - Returns: False where no particle is dropped.
  func fail(_ row: Int, of block: Block, term: Int, _ answers: Rows<Float>?) -> Bool {
    guard let failures = state.failures?[block] else { return false }
    failures[row] = UInt8(clamping: term + 1)
    if let answers {
      for j in 0..<answers.width { answers[row * answers.width + j] = 0 }
    }
    return true
  }

  /// The same for every particle from a row on that has no finite answer.
  func failNotFinite(_ answers: Rows<Float>, from first: Int, of block: Block, term: Int) -> Bool {
    for row in first..<block.count
    where (0..<answers.width).contains(where: { !answers[row * answers.width + $0].isFinite }) {
      guard fail(row, of: block, term: term, answers) else { return false }
    }
    return true
  }
}

/// What a run's particles weighed that were dropped.
final class FailedAnswers: Sendable {
  /// How many of a block's were dropped in the step, what share of their island's weight they had, and the largest number of a source.
  private let losses: BlockColumn<Double>

  /// - Parameter table: Of blocks.
  init?(_ plan: RunPlan, _ table: ColumnTable) {
    guard plan.lossBound != nil else { return nil }
    losses = table.block("losses", Double.self, width: 3)
  }

  /// Counts those of a block that are to be dropped, by the weights that they had before the step.
  ///
  /// - Parameter logSum: Of all weights of the island, in nats.
  func count(_ block: Block, _ state: ParticleState, logSum: Double) {
    let (own, logWeights) = (losses[block], state.logWeights[block])
    own.fill(0)
    guard let failures = state.failures?[block] else { return }
    for row in 0..<block.count where failures[row] > 0 && logWeights[row] > -.infinity {
      own[0] += 1
      own[1] += exp(logWeights[row] - logSum)
      own[2] = max(own[2], Double(failures[row]))
    }
  }

  /// Takes them their weight.
  func drop(_ block: Block, _ state: ParticleState) {
    guard let failures = state.failures?[block] else { return }
    let logWeights = state.logWeights[block]
    for row in 0..<block.count where failures[row] > 0 {
      logWeights[row] = -.infinity
      failures[row] = 0
    }
  }

  /// Adds what an island has lost in the step.
  ///
  /// - Throws: `RunError` where that is too much in all.
  func add(ofIsland index: Int, to island: inout DiffusionIsland, _ plan: RunPlan, at level: Int) throws {
    var share = 0.0
    for row in losses.ofIsland(index) {
      island.dropped += Int(clamping: row[0])
      island.failedSource = max(island.failedSource, UInt8(clamping: Int(clamping: row[2])))
      share += row[1]
    }
    island.lostShare = 1 - (1 - island.lostShare) * (1 - min(1, share))
    guard let bound = plan.lossBound, island.lostShare > bound else { return }
    throw RunError.modelFailed(
      source: plan.source(island.failedSource), step: level, time: plan.path.times[level],
      reason:
        "\(island.dropped) particles of island \(plan.population.share.first + index) had no finite answer and were dropped, with "
        + "\(RunEvidence.percent(island.lostShare)) of its weight, of which it may lose \(RunEvidence.percent(bound))"
    )
  }
}

extension RunPlan {
  /// What a mark of ``BlockEvaluation/fail(_:of:term:_:)`` stands for.
  func source(_ mark: UInt8) -> String {
    let term = Int(mark) - 1
    return terms.indices.contains(term) ? "model '\(terms[term].name)'" : "the reward"
  }
}
