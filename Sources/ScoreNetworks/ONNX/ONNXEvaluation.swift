internal import COpenVINO
import FeynmanKac
import Libc

/// One evaluation at a time of a compiled ONNX file.
///
/// Unchecked: one thread uses it at a time, the one that took it out of the list of free ones.
final class ONNXEvaluation: @unchecked Sendable {
  private let request: OpaquePointer

  init(_ model: OpaquePointer) throws(ONNXNetworkError) {
    var request: OpaquePointer?
    try Self.check(fk_openvino_request_create(model, &request), .noDevice)
    self.request = request!
  }

  deinit { fk_openvino_request_free(request) }

  /// Gives an input memory of this shape, which it has until it is given another.
  func memory(_ port: ONNXPort, _ sizes: [Int64]) throws(ONNXNetworkError) -> UnsafeMutableRawPointer {
    var values: UnsafeMutableRawPointer?
    try Self.check(
      fk_openvino_request_shape(
        request, port.index, port.element, Int32(clamping: sizes.count), sizes, &values),
      .failed)
    return values!
  }

  func infer() throws(ONNXNetworkError) { try Self.check(fk_openvino_request_infer(request), .failed) }

  /// The values of an output after that.
  ///
  /// - Parameters:
  ///   - rows: How many the inputs had.
  ///   - width: Numbers for each row.
  ///   - setting: The argument that names the output.
  func output(
    _ port: ONNXPort, rows: Int, width: Int, setting: String
  ) throws(ONNXNetworkError) -> UnsafePointer<Float> {
    var values: UnsafeRawPointer?
    var found = 0
    try Self.check(fk_openvino_request_output(request, port.index, &values, &found), .failed)
    guard found == rows * width, let values else {
      throw ONNXNetworkError(
        .mismatch, setting,
        "'\(port.name)' gave \(found) numbers for \(rows) rows; \(width) for each \(width == 1 ? "is" : "are") needed"
      )
    }
    return values.assumingMemoryBound(to: Float.self)
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
