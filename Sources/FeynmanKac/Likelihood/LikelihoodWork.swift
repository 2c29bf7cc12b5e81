import Libc

/// Rows, dealt out to threads a few at a time.
struct LikelihoodWork {
  let model: any ScoreModel
  let rows: [Double]
  let ladder: LikelihoodLadder
  /// The estimator; nil where the model's own answer is taken.
  let method: LogDensityOptions.Method?
  let seed: UInt64
  let threads: Int

  func run() throws -> LogDensities {
    let d = model.dimensions
    let count = rows.count / d
    let copies = copies
    let callRows = RowScores.callRows(model, of: count * copies)
    let each = max(1, callRows / copies)
    let tasks = (count + each - 1) / each
    let results = LikelihoodResults(count: count)
    let end = try method.map { _ in try EndDensity(model, ladder, seed: seed, callRows: callRows) }
    var outcomes = [Result<Int, any Error>](repeating: .success(0), count: tasks)
    outcomes.withUnsafeMutableBufferPointer { outcomes in
      // Every task writes its own slot.
      nonisolated(unsafe) let slots = outcomes
      WorkerPool(threads: max(1, min(threads, tasks, 1024))).run(tasks: tasks) { _, task in
        let own = task * each..<min(count, (task + 1) * each)
        let ask = RowScores(model, capacity: own.count * copies, callRows: callRows)
        slots[task] = Result {
          try find(own, ask, results, end)
          return ask.evaluations
        }
      }
    }
    let evaluations = try outcomes.reduce(0) { try $0 + $1.get() }
    return LogDensities(
      values: results.values, standardErrors: results.standardErrors, stepErrors: results.stepErrors,
      method: method, steps: method == nil ? 0 : ladder.steps,
      noiseLevels: ladder.levels[0]...ladder.levels[ladder.steps],
      intrinsicDimensions: model.intrinsicDimensions,
      modelEvaluations: evaluations + (end == nil ? 0 : EndDensity.rows))
  }

  /// How many rows the model is asked about at once for one of the user's.
  private var copies: Int {
    switch method {
    case .probabilityFlow(let probes)?: ProbabilityFlow.copies(model, probes: probes)
    case .forwardPaths(let count)?: count
    case .automatic?, nil: 1
    }
  }

  private func find(
    _ own: Range<Int>, _ ask: RowScores, _ results: LikelihoodResults, _ end: EndDensity?
  ) throws {
    try rows.withUnsafeBufferPointer { points in
      switch (method, end) {
      case (.probabilityFlow(let probes)?, let end?):
        var flow = ProbabilityFlow(points, rows: own, ladder, ask, probes: probes, seed: seed)
        try flow.run(into: results, endingIn: end)
      case (.forwardPaths(let count)?, let end?):
        var paths = ForwardPaths(points, rows: own, ladder, ask, count: count, seed: seed)
        try paths.run(into: results, endingIn: end)
      default:
        let shrink = exp(-ladder.logSignal) * ladder.points[0].signal
        for i in 0..<own.count * ask.dimensions {
          ask.inputs[i] = Float(points[own.lowerBound * ask.dimensions + i] * shrink)
        }
        let shift = Double(model.intrinsicDimensions) * (log(ladder.points[0].signal) - ladder.logSignal)
        let densities = try ask.askLogDensities(own.count, at: ladder.points[0]) { own.lowerBound + $0 }
        for (row, density) in zip(own, densities) {
          results.set(row, value: density + shift, standardError: 0, step: 0)
        }
      }
    }
  }
}
