internal import CKernels

/// Asks a model about many states `y` at one level, in calls of the size that it wants. One thread at a time.
final class RowScores {
  let model: any ScoreModel
  let dimensions: Int
  /// `x`, row-major `[capacity, d]`: what the model is asked at.
  let inputs: UnsafeMutableBufferPointer<Float>
  /// `∇_x log q`, row-major `[capacity, d]`, of the last call.
  let scores: UnsafeMutableBufferPointer<Float>
  /// Rows that the model was asked for.
  private(set) var evaluations = 0
  private let callRows: Int
  private let workspace: UnsafeMutableRawBufferPointer

  /// - Parameters:
  ///   - capacity: The most rows of one call of `ask`.
  ///   - callRows: The most of them that the model is handed together.
  init(_ model: any ScoreModel, capacity: Int, callRows: Int) {
    self.model = model
    self.callRows = min(callRows, capacity)
    dimensions = model.dimensions
    inputs = .allocate(capacity: capacity * dimensions)
    scores = .allocate(capacity: capacity * dimensions)
    inputs.initialize(repeating: 0)
    scores.initialize(repeating: 0)
    workspace = .allocate(byteCount: 4 * model.workspaceSize(rows: self.callRows) + 64, alignment: 64)
  }

  /// The most rows that a model is handed together: what it asks for, or as many as a block of a run has.
  static func callRows(_ model: any ScoreModel, of rows: Int) -> Int {
    model.batching.rows(of: rows, dimensions: model.dimensions)
      ?? max(64, min(512, 16384 / model.dimensions / 64 * 64))
  }

  deinit {
    inputs.deallocate()
    scores.deallocate()
    workspace.deallocate()
  }

  /// Fills `scores` for the first `count` rows of `inputs`.
  ///
  /// - Parameters:
  ///   - step: The level's number, for errors.
  ///   - row: The number among the user's rows of each of these, for errors.
  /// - Throws: `RunError` where the model throws or answers with what is not finite.
  func ask(_ count: Int, at point: NoisePoint, step: Int, row: (Int) -> Int) throws {
    try ask(count, logDensities: nil, at: point, step: step, row: row)
  }

  /// `∇_y log q` at states `y`, row-major `[n, d]` both, of no more rows than there is room for.
  ///
  /// - Throws: `RunError` where the model throws or answers with what is not finite.
  func scores(at states: [Double], of point: NoisePoint, step: Int) throws -> [Double] {
    for (index, state) in states.enumerated() { inputs[index] = Float(point.signal * state) }
    try ask(states.count / dimensions, at: point, step: step) { $0 }
    return scores[0..<states.count].map { point.signal * Double($0) }
  }

  /// `log q_t(x)` in nats of the first `count` rows of `inputs`, of a model that knows it.
  ///
  /// - Throws: `RunError` where the model throws or answers with what is not finite.
  func askLogDensities(_ count: Int, at point: NoisePoint, row: (Int) -> Int) throws -> [Double] {
    var densities = [Double](repeating: 0, count: count)
    try densities.withUnsafeMutableBufferPointer {
      try ask(count, logDensities: $0.baseAddress!, at: point, step: 0, row: row)
    }
    return densities
  }

  private func ask(
    _ count: Int, logDensities: UnsafeMutablePointer<Double>?, at point: NoisePoint, step: Int,
    row: (Int) -> Int
  ) throws {
    evaluations += count
    for start in stride(from: 0, to: count, by: callRows) {
      let offset = start * dimensions
      let batch = ScoreBatch(
        count: min(callRows, count - start), dimensions: dimensions,
        states: UnsafePointer(inputs.baseAddress! + offset), scores: scores.baseAddress! + offset,
        logDensities: logDensities.map { $0 + start }, workspace: workspace.bindMemory(to: Float.self))
      do { try model.evaluate(batch, at: point) } catch is CancellationError {
        throw RunError.cancelled(step: step)
      } catch {
        throw RunError.modelFailed(source: "the model", step: step, time: point.time, reason: "\(error)")
      }
      let bad = fk_first_non_finite(batch.scores, batch.count * dimensions)
      guard bad == batch.count * dimensions else {
        throw RunError.notFinite(
          source: "the model", step: step, time: point.time, particle: row(start + bad / dimensions))
      }
      // As the sampler does, for networks that do not know of atoms themselves.
      if let atoms = model.atoms { fk_remove_center_of_mass(batch.count, atoms, batch.scores) }
    }
  }
}
