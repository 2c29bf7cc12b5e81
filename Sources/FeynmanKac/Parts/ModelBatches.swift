/// Asks the models that answer for many blocks at a time, and keeps their answers until the blocks read them.
///
/// Unchecked: in one pass each thread writes the rows of its own blocks or calls, and passes follow one another.
final class ModelBatches: @unchecked Sendable {
  private let plan: RunPlan
  /// One for each of the plan's groups; nil where blocks ask by themselves.
  private let batches: [GroupBatch?]
  private let calls: Int

  /// - Returns: Nil where every group is asked block by block.
  init?(_ plan: RunPlan, _ table: ColumnTable) {
    guard plan.asksTogether else { return nil }
    self.plan = plan
    batches = plan.groups.enumerated().map { GroupBatch($1, number: $0, plan, table) }
    calls = batches.reduce(0) { $0 + ($1?.rows.count ?? 0) }
  }

  /// Whether a group's models have answered already when a block wants their scores.
  func answers(for group: Int) -> Bool { batches[group] != nil }

  /// Keeps the states at which a block is to be evaluated next.
  func put(_ states: Rows<Float>, _ block: Block, at level: Int) {
    for batch in batches {
      guard let batch else { continue }
      let signal = plan.terms[batch.group.terms[0]].points[level].signal
      let inputs = batch.inputs[block]
      if signal == 1 { inputs.copy(from: states) } else { inputs.copy(states, times: Float(signal)) }
    }
  }

  /// Asks about all that was kept.
  ///
  /// - Parameters:
  ///   - stage: The one that needs the answers.
  ///   - skipsUnconditional: Whether an island's guided pair has aligned.
  func ask(
    at level: Int, for stage: StepStage, in passes: some ParticlePasses<DiffusionWorker>,
    skipsUnconditional: (_ island: Int) -> Bool
  ) throws {
    try passes.overTasks(calls) { task, worker in
      var first = 0
      for batch in batches {
        guard let batch else { continue }
        if task < first + batch.rows.count {
          let rows = batch.rows[task - first]
          let skips = skipsUnconditional(rows.lowerBound / plan.islandParticles)
          return try batch.ask(
            about: rows, plan, worker.thread.workspace, at: level, for: stage, skipsUnconditional: skips)
        }
        first += batch.rows.count
      }
    }
  }

  /// Copies what a term's model has answered about a block.
  func copy(
    _ part: Int, ofGroup group: Int, _ block: Block, scores: Rows<Float>, logDensities: Rows<Double>?
  ) {
    // bound: asked for where `answers(for:)` says so.
    batches[group]!.copy(part, block, scores: scores, logDensities: logDensities)
  }
}

/// The calls that answer for one group of terms.
private struct GroupBatch {
  let group: RunPlan.TermGroup
  let rows: CallRows
  /// `x` at which the group is asked, `[N, d]`.
  let inputs: Column<Float>
  /// Scores, `[terms, rows, d]` for each call.
  private let scores: Column<Float>
  /// `log q` of a single term, `[N]`.
  private let logDensities: Column<Double>?
  private let dimensions: Int

  init?(_ group: RunPlan.TermGroup, number: Int, _ plan: RunPlan, _ table: ColumnTable) {
    guard let most = group.batchRows else { return nil }
    self.group = group
    dimensions = plan.dimensions
    rows = CallRows(unit: plan.calledIslands * plan.islandParticles, all: plan.particles, most: most)
    inputs = table.step("inputs of group \(number)", ofAll: Float.self, width: dimensions)
    scores = table.step("scores of group \(number)", ofAll: Float.self, width: dimensions * group.terms.count)
    let hasLogDensity = group.stack == nil && plan.terms[group.terms[0]].model.hasLogDensity
    logDensities =
      hasLogDensity ? table.step("log-densities of group \(number)", ofAll: Double.self, width: 1) : nil
  }

  func ask(
    about called: Range<Int>, _ plan: RunPlan, _ workspace: UnsafeMutableBufferPointer<Float>, at level: Int,
    for stage: StepStage, skipsUnconditional: Bool
  ) throws {
    let answers = scores[called]
    func batch(_ scores: UnsafeMutablePointer<Float>) -> ScoreBatch {
      ScoreBatch(
        count: called.count, dimensions: dimensions, states: inputs[called].base, scores: scores,
        logDensities: logDensities?[called].base, workspace: workspace)
    }
    func asks(_ index: Int) -> Bool {
      !(skipsUnconditional && index == plan.guidance?.unconditional)
        && plan.asks(plan.terms[index], at: level, for: stage)
    }
    if let stack = group.stack, group.terms.allSatisfy(asks) {
      return try plan.asking(plan.terms[group.terms[0]], at: level) {
        try stack.evaluate(batch(answers.base), at: $0)
      }
    }
    for (part, index) in group.terms.enumerated() where asks(index) {
      let term = plan.terms[index]
      let own = answers.part(part, width: dimensions)
      try plan.asking(term, at: level) { try term.model.evaluate(batch(own.base), at: $0) }
    }
  }

  func copy(_ part: Int, _ block: Block, scores: Rows<Float>, logDensities: Rows<Double>?) {
    var done = 0
    while done < block.count {
      let called = rows.call(of: block.start + done)
      let place = block.start + done - called.lowerBound
      let count = min(block.count - done, called.upperBound - block.start - done)
      let answers = self.scores[called].part(part, width: dimensions)
      scores.rows(done..<done + count).copy(from: answers.rows(place..<place + count))
      done += count
    }
    if let logDensities, let answers = self.logDensities { logDensities.copy(from: answers[block]) }
  }
}

/// Which rows each call is for: as many as a unit allows, the last of a unit with what is left.
private struct CallRows {
  private let unit: Int
  private let all: Int
  private let most: Int
  private let perUnit: Int
  let count: Int

  init(unit: Int, all: Int, most: Int) {
    self.unit = unit
    self.all = all
    self.most = most
    perUnit = (unit + most - 1) / most
    count = all / unit * perUnit + (all % unit + most - 1) / most
  }

  subscript(_ call: Int) -> Range<Int> {
    let start = call / perUnit * unit
    let first = start + call % perUnit * most
    return first..<min(first + most, start + unit, all)
  }

  /// The rows of the call that one row belongs to.
  func call(of row: Int) -> Range<Int> { self[row / unit * perUnit + row % unit / most] }
}
