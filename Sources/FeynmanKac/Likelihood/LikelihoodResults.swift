/// What threads write of their own rows while log densities are found.
///
/// Unchecked: every row is written by the one task that it belongs to.
final class LikelihoodResults: @unchecked Sendable {
  /// Value, standard error and what the step size moved, `[3, rows]`.
  private let memory: UnsafeMutableBufferPointer<Double>
  private let count: Int

  init(count: Int) {
    self.count = count
    memory = .allocate(capacity: 3 * count)
    memory.initialize(repeating: 0)
  }

  deinit { memory.deallocate() }

  func set(_ row: Int, value: Double, standardError: Double, step: Double) {
    memory[row] = value
    memory[count + row] = standardError
    memory[2 * count + row] = step
  }

  var values: [Double] { Array(memory[0..<count]) }
  var standardErrors: [Double] { Array(memory[count..<2 * count]) }
  var stepErrors: [Double] { Array(memory[2 * count..<3 * count]) }
}
