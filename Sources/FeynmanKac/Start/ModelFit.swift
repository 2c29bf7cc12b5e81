internal import CKernels

/// Fits a Gaussian to the scores of one model at the first level of a path.
///
/// States are drawn from the Gaussian so far and the scores there regressed on them: a slope is `−1/S`, the zero is the mean. That
/// is exact where the scores are a Gaussian's, whatever the first guess; elsewhere rounds follow one another. The draws have
/// streams of their own, the same for all models, so that errors of terms whose exponents have opposite signs cancel.
/// - Source: derived in <doc:Mathematics>.
struct ModelFit {
  private let term: RunPlan.PlannedTerm
  private let plan: RunPlan
  private let seed: UInt64
  /// The most rows of a call.
  private let rowsPerCall: Int
  private let pool: WorkerPool
  private let isCancelled: () -> Bool

  private var mean: [Double]
  private var variance: [Double]
  /// `1 − R²` of the last round, `[d]`.
  private(set) var residual: [Double]

  /// A fit that begins with the noise's variance and that of the data where the model states it.
  ///
  /// - Parameters:
  ///   - term: By its index.
  ///   - isCancelled: Asked between calls; once true, a round ends with `RunError.cancelled`.
  init(_ term: Int, of plan: RunPlan, seed: UInt64, pool: WorkerPool, isCancelled: @escaping () -> Bool) {
    self.plan = plan
    self.seed = seed
    self.pool = pool
    self.isCancelled = isCancelled
    self.term = plan.terms[term]
    rowsPerCall = plan.groups.first { $0.terms.contains(term) }?.batchRows ?? plan.blockRows
    let d = plan.dimensions
    let spread = self.term.model.dataStandardDeviation ?? 0
    mean = Array(repeating: 0, count: d)
    variance = Array(repeating: plan.path.levels[0] + spread * spread, count: d)
    residual = Array(repeating: 0, count: d)
  }

  /// What was found. No data have less variance than the noise alone.
  var gaussian: ModelGaussian { gaussian(variance.map { max($0, plan.path.levels[0]) }) }

  /// The same with the variances that the slopes say.
  var literalGaussian: ModelGaussian { gaussian(variance) }

  private func gaussian(_ variance: [Double]) -> ModelGaussian {
    ModelGaussian(
      mean: mean, variance: variance, level: plan.path.levels[0],
      share: Double(plan.intrinsicDimensions) / Double(plan.dimensions))
  }

  /// Makes one round.
  ///
  /// - Parameters:
  ///   - round: Its number, 0 for the first, by which its draws are made.
  ///   - draws: How many.
  ///   - isLast: No round follows.
  /// - Throws: `RunError` where the model fails or answers with what is not finite; `SetupError` where no Gaussian has such scores.
  mutating func improve(round: Int, draws: Int, isLast: Bool) throws {
    let lines = try regression(round: round, draws: draws).lines
    for (j, line) in lines.enumerated() {
      guard line.slope < 0 else {
        guard !isLast else { throw refusal(line.slope / variance[j].squareRoot(), coordinate: j) }
        // Between modes scores may point outwards; from further away they point back.
        variance[j] *= 4
        continue
      }
      let deviation = variance[j].squareRoot()
      if plan.atoms == nil { mean[j] += deviation * line.zero }
      variance[j] = -deviation / line.slope
    }
    residual = lines.map(\.residual)
  }

  private func refusal(_ slope: Double, coordinate: Int) -> SetupError {
    SetupError(
      "sampler.start",
      "no Gaussian has the scores of model '\(term.name)' at the start of the path: along coordinate \(coordinate) they do not point back "
        + "to its middle (slope \(slope.text(significant: 3)), and \((-1 / variance[coordinate]).text(significant: 3)) was expected); check "
        + "what the model predicts and its process, start at more noise (`sampler.maximumNoiseLevel`, `sigmaMax`, `startTime`), "
        + "or use `.gaussian`")
  }
}

// MARK: - Draws

extension ModelFit {
  /// Rows are drawn and summed by blocks, so that neither threads nor the size of calls have a say in the figures.
  private var blocksPerTask: Int { max(1, rowsPerCall / plan.blockRows) }

  private func regression(round: Int, draws: Int) throws -> ScoreRegression {
    let blocks = (draws + plan.blockRows - 1) / plan.blockRows
    let blocksPerTask = min(blocks, blocksPerTask)
    let tasks = (blocks + blocksPerTask - 1) / blocksPerTask
    // So many at a time.
    let workers = min(pool.threads, tasks)
    let scratch = try (0..<workers).map { _ in
      try FitScratch(term.model, rows: blocksPerTask * plan.blockRows, dimensions: plan.dimensions)
    }
    var sum = ScoreRegression(dimensions: plan.dimensions, isPooled: plan.atoms != nil)
    for first in stride(from: 0, to: tasks, by: workers) {
      guard !isCancelled() else { throw RunError.cancelled(step: 0) }
      let count = min(workers, tasks - first)
      var answers: [Result<[ScoreRegression], any Error>?] = Array(repeating: nil, count: count)
      answers.withUnsafeMutableBufferPointer { answers in
        pool.run(tasks: count) { _, task in
          let begin = (first + task) * blocksPerTask
          answers[task] = Result {
            try ask(begin..<min(begin + blocksPerTask, blocks), of: draws, round: round, scratch[task])
          }
        }
      }
      for answer in answers { for block in try answer?.get() ?? [] { sum.add(block) } }
    }
    return sum
  }

  /// The sums of some blocks, each by itself.
  private func ask(_ blocks: Range<Int>, of draws: Int, round: Int, _ scratch: FitScratch) throws
    -> [ScoreRegression]
  {
    let d = plan.dimensions
    let point = term.points[0]
    let deviation = variance.map { $0.squareRoot() }
    let start = blocks.lowerBound * plan.blockRows
    let count = min(blocks.upperBound * plan.blockRows, draws) - start
    for block in blocks {
      draw(
        block, of: draws, round: round, into: scratch.states + (block * plan.blockRows - start) * d, deviation
      )
    }
    for first in stride(from: 0, to: count, by: rowsPerCall) {
      try plan.asking(term, at: 0) {
        try term.model.evaluate(
          ScoreBatch(
            count: min(rowsPerCall, count - first), dimensions: d, states: scratch.states + first * d,
            scores: scratch.scores + first * d, workspace: scratch.workspace), at: $0)
      }
    }
    let bad = fk_first_non_finite(scratch.scores, count * d)
    guard bad == count * d else {
      throw RunError.notFinite(
        source: "model '\(term.name)'", step: 0, time: plan.path.times[0], particle: start + bad / d)
    }
    if let atoms = plan.atoms { fk_remove_center_of_mass(count, atoms, scratch.scores) }
    return blocks.map { block in
      var sums = ScoreRegression(dimensions: d, isPooled: plan.atoms != nil)
      let place = block * plan.blockRows - start
      sums.add(
        states: scratch.states + place * d, scores: scratch.scores + place * d,
        rows: min(plan.blockRows, count - place), signal: point.signal, mean: mean, deviation: deviation)
      return sums
    }
  }

  /// Writes the states of one block as the model wants them.
  private func draw(
    _ block: Int, of draws: Int, round: Int, into states: UnsafeMutablePointer<Float>, _ deviation: [Double]
  ) {
    let d = plan.dimensions
    let rows = min(plan.blockRows, draws - block * plan.blockRows)
    let key = StreamKey(seed: seed, island: 0, block: 2 + block, step: round, purpose: .check)
    fk_fill_normals(
      states, rows * d, key.seed, key.words.step, key.words.block, key.words.islandAndPurpose)
    if let atoms = plan.atoms { fk_remove_center_of_mass(rows, atoms, states) }
    let signal = term.points[0].signal
    for row in 0..<rows {
      for j in 0..<d {
        let index = row * d + j
        states[index] = Float(signal * (mean[j] + deviation[j] * Double(states[index])))
      }
    }
  }
}

/// One task's memory. Unchecked: a pass hands each to one thread.
private final class FitScratch: @unchecked Sendable {
  /// `x`, `[rows, d]`.
  let states: UnsafeMutablePointer<Float>
  let scores: UnsafeMutablePointer<Float>
  let workspace: UnsafeMutableBufferPointer<Float>
  private let arena = Arena()

  init(_ model: any ScoreModel, rows: Int, dimensions: Int) throws(ResourceError) {
    states = arena.allocate(Float.self, rows * dimensions)
    scores = arena.allocate(Float.self, rows * dimensions)
    let size = model.workspaceSize(rows: rows)
    workspace = UnsafeMutableBufferPointer(start: arena.allocate(Float.self, size), count: size)
    guard !arena.isRefused else { throw .noMemory(bytes: arena.bytes) }
  }
}
