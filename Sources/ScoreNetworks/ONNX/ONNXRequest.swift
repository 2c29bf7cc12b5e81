internal import COpenVINO
import FeynmanKac
import Foundation

/// One evaluation at a time of an ONNX file, with the memory of its inputs.
///
/// Unchecked: one thread uses it at a time, the one that took it out of the list of free ones.
final class ONNXRequest: @unchecked Sendable {
  private let signature: ONNXSignature
  private let request: OpaquePointer
  private var rows = 0
  private var states: UnsafeMutableRawPointer?
  private var noise: UnsafeMutableRawPointer?
  private var condition: UnsafeMutableRawPointer?

  init(_ model: OpaquePointer, _ signature: ONNXSignature) throws(ONNXNetworkError) {
    self.signature = signature
    var request: OpaquePointer?
    try Self.check(fk_openvino_request_create(model, &request), .noDevice)
    self.request = request!
  }

  deinit { fk_openvino_request_free(request) }

  /// Fills `outputs`, `[rows, d]`, for rows under one condition.
  ///
  /// - Parameters:
  ///   - noise: The noise as the file takes it.
  ///   - condition: Empty where the file takes none.
  func evaluate(
    _ states: UnsafePointer<Float>, rows: Int, noise: Double, condition: [Float],
    outputs: UnsafeMutablePointer<Float>
  ) throws(ONNXNetworkError) {
    let d = signature.dimensions
    let batch = signature.batch ?? rows
    try prepare(rows: batch)
    signature.noise.write({ _ in noise }, rows: batch, to: self.noise!)
    if let side = signature.condition, let place = self.condition {
      side.write({ Double(condition[$0]) }, rows: batch, to: place)
    }
    let inputs = self.states!.assumingMemoryBound(to: Float.self)
    for start in stride(from: 0, to: rows, by: batch) {
      let count = min(batch, rows - start)
      inputs.update(from: states + start * d, count: count * d)
      // A last part that is too short is filled up with its last row, which is as harmless as the others.
      for row in count..<batch { (inputs + row * d).update(from: states + (start + count - 1) * d, count: d) }
      var values: UnsafeRawPointer?
      var found = 0
      try Self.check(fk_openvino_request_infer(request, signature.output.index, &values, &found), .failed)
      guard found == batch * d, let values else {
        throw ONNXNetworkError(
          .mismatch, ONNXSignature.outputName,
          "'\(signature.output.name)' gave \(found) numbers for \(batch) rows of \(d); as many are needed")
      }
      (outputs + start * d).update(from: values.assumingMemoryBound(to: Float.self), count: count * d)
    }
  }

  /// Gives the inputs memory for so many rows.
  private func prepare(rows: Int) throws(ONNXNetworkError) {
    guard rows != self.rows else { return }
    let sizes = [Int64(rows)] + signature.states.sizes!.dropFirst().map { Int64($0) }
    states = try memory(signature.states, sizes)
    noise = try memory(signature.noise.port, signature.noise.sizes(rows: rows))
    if let side = signature.condition { condition = try memory(side.port, side.sizes(rows: rows)) }
    self.rows = rows
  }

  private func memory(_ port: ONNXPort, _ sizes: [Int64]) throws(ONNXNetworkError) -> UnsafeMutableRawPointer?
  {
    var values: UnsafeMutableRawPointer?
    try Self.check(
      fk_openvino_request_shape(
        request, port.index, port.element, Int32(clamping: sizes.count), sizes, &values),
      .failed)
    return values
  }

  /// Throws what a function of OpenVINO says went wrong.
  static func check(
    _ problem: UnsafeMutablePointer<CChar>?, _ kind: ONNXNetworkError.Kind
  ) throws(ONNXNetworkError) {
    guard let problem else { return }
    defer { free(problem) }
    let setting = kind == .noDevice ? "device" : "file"
    throw ONNXNetworkError(kind, setting, ONNXNetworkError.words(String(cString: problem)))
  }
}
