internal import COpenVINO
import FeynmanKac

/// One evaluation at a time of an ONNX file, with the memory of its inputs.
///
/// Unchecked: one thread uses it at a time, the one that took it out of the list of free ones.
final class ONNXRequest: @unchecked Sendable {
  private let signature: ONNXSignature
  private let evaluation: ONNXEvaluation
  private var rows = 0
  private var states: UnsafeMutableRawPointer?
  private var noise: UnsafeMutableRawPointer?
  private var condition: UnsafeMutableRawPointer?

  init(_ model: OpaquePointer, _ signature: ONNXSignature) throws(ONNXNetworkError) {
    self.signature = signature
    evaluation = try ONNXEvaluation(model)
  }

  /// Fills `outputs`, `[conditions, rows, d]`, for rows under each condition: in one call, where the file takes a condition
  /// for each row and any number of rows.
  ///
  /// - Parameters:
  ///   - noise: The noise as the file takes it.
  ///   - conditions: At least one; empty where the file takes none.
  func evaluate(
    _ states: UnsafePointer<Float>, rows: Int, noise: Double, conditions: [[Float]],
    outputs: UnsafeMutablePointer<Float>
  ) throws(ONNXNetworkError) {
    let perCall = signature.condition?.isPerRow ?? true ? conditions.count : 1
    for first in stride(from: 0, to: conditions.count, by: perCall) {
      try evaluate(
        states, rows: rows, noise: noise, conditions: conditions[first..<first + perCall],
        outputs: outputs + first * rows * signature.dimensions)
    }
  }

  /// The same for conditions that may stand in one batch, row `i` of which is row `i % rows` under condition `i / rows`.
  private func evaluate(
    _ states: UnsafePointer<Float>, rows: Int, noise: Double, conditions: ArraySlice<[Float]>,
    outputs: UnsafeMutablePointer<Float>
  ) throws(ONNXNetworkError) {
    let d = signature.dimensions
    let total = conditions.count * rows
    let batch = signature.batch ?? total
    try prepare(rows: batch)
    signature.noise.write({ _, _ in noise }, rows: batch, to: self.noise!)
    let inputs = self.states!.assumingMemoryBound(to: Float.self)
    for start in stride(from: 0, to: total, by: batch) {
      let count = min(batch, total - start)
      // A last part that is too short is filled up with its last row, which is as harmless as the others.
      func source(_ row: Int) -> Int { start + min(row, count - 1) }
      for row in 0..<batch { (inputs + row * d).update(from: states + source(row) % rows * d, count: d) }
      if let side = signature.condition, let place = condition {
        side.write(
          { Double(conditions[conditions.startIndex + source($0) / rows][$1]) }, rows: batch, to: place)
      }
      try evaluation.infer()
      let values = try evaluation.output(
        signature.output, rows: batch, width: d, setting: ONNXSignature.outputName)
      (outputs + start * d).update(from: values, count: count * d)
    }
  }

  /// Gives the inputs memory for so many rows.
  private func prepare(rows: Int) throws(ONNXNetworkError) {
    guard rows != self.rows else { return }
    states = try evaluation.memory(signature.states, signature.states.sizes(rows: rows))
    noise = try evaluation.memory(signature.noise.port, signature.noise.sizes(rows: rows))
    if let side = signature.condition { condition = try evaluation.memory(side.port, side.sizes(rows: rows)) }
    self.rows = rows
  }
}
