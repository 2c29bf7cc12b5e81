/// The bytes of an ONNX file, and which of its tensors lie in other files.
///
/// OpenVINO would read those by itself, from the working directory and without anybody's knowing what was in them. So
/// they are found here, read by whoever pins files, and put into the one message that OpenVINO gets.
public struct ONNXFile: Sendable {
  private let bytes: [UInt8]
  /// The files beside this one that hold tensors of it, as it names them, from its own folder; each once.
  public let externalFiles: [String]

  /// - Throws: `ONNXNetworkError` where the bytes are no ONNX file, or name a file that is not in its folder.
  public init(bytes: [UInt8]) throws(ONNXNetworkError) {
    self.bytes = bytes
    var found: [String] = []
    do throws(Fault) {
      try Self.visit(bytes, bytes.indices, as: .model, depth: 0) { tensor throws(Fault) in
        if let external = try ExternalTensor(bytes, tensor), !found.contains(external.file) {
          found.append(external.file)
        }
      }
    } catch {
      throw error.error
    }
    externalFiles = found
  }

  /// The same network as one message that needs no other file.
  ///
  /// - Parameter contents: What is in every one of `externalFiles`.
  /// - Throws: `ONNXNetworkError` where one is missing or too short, or where all is too large for one message.
  package func complete(_ contents: [String: [UInt8]]) throws(ONNXNetworkError) -> [UInt8] {
    guard !externalFiles.isEmpty else { return bytes }
    do throws(Fault) {
      let whole = try rewritten(bytes.indices, as: .model, depth: 0, contents)
      // Protocol buffers count their bytes in 31 bits.
      guard whole.count < 1 << 31 else {
        throw Fault.problem("has more than 2 GB of tensors, which is more than OpenVINO takes in one message")
      }
      return whole
    } catch {
      throw error.error
    }
  }

  // MARK: - Messages

  /// The messages on the way to a tensor.
  private enum Message {
    case model, training, function, graph, node, attribute, sparseTensor, tensor

    /// The message that a field holds; nil for what leads to no tensor.
    ///
    /// - Source: onnx.proto of ONNX 1.17.
    func child(_ field: UInt64) -> Message? {
      switch (self, field) {
      case (.model, 7): .graph
      case (.model, 20): .training
      case (.model, 25): .function
      case (.training, 1), (.training, 2): .graph
      case (.function, 7): .node
      case (.function, 11): .attribute
      case (.graph, 1): .node
      case (.graph, 5): .tensor
      case (.graph, 15): .sparseTensor
      case (.node, 5): .attribute
      case (.attribute, 5), (.attribute, 10): .tensor
      case (.attribute, 6), (.attribute, 11): .graph
      case (.attribute, 22), (.attribute, 23): .sparseTensor
      case (.sparseTensor, 1), (.sparseTensor, 2): .tensor
      default: nil
      }
    }

    /// Whether a field that holds a tensor can only be given once. Given twice, its parts would count as one.
    func isSingle(_ field: UInt64) -> Bool { self == .sparseTensor || (self == .attribute && field == 5) }
  }

  private typealias Fault = ExternalTensor.Fault

  /// The depth to which protocol buffers are read.
  private static let deepest = 100

  /// Hands over every tensor below a message.
  private static func visit(
    _ bytes: [UInt8], _ range: Range<Int>, as message: Message, depth: Int,
    _ body: (Range<Int>) throws(Fault) -> Void
  ) throws(Fault) {
    guard depth <= deepest else { throw .problem("is nested more than \(deepest) deep") }
    var fields = ProtobufFields(bytes, in: range)
    var seen: Set<UInt64> = []
    while let field = try ExternalTensor.next(&fields) {
      guard let payload = field.payload, let child = message.child(field.number) else { continue }
      guard child == .tensor else {
        try visit(bytes, payload, as: child, depth: depth + 1, body)
        continue
      }
      if message.isSingle(field.number), !seen.insert(field.number).inserted {
        throw .problem("gives a tensor twice where there can be one")
      }
      try body(payload)
    }
  }

  /// A message with the tensors below it inside.
  private func rewritten(
    _ range: Range<Int>, as message: Message, depth: Int, _ contents: [String: [UInt8]]
  ) throws(Fault) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    var fields = ProtobufFields(bytes, in: range)
    while let field = try ExternalTensor.next(&fields) {
      guard let payload = field.payload, let child = message.child(field.number) else {
        result += bytes[field.whole]
        continue
      }
      let inner =
        child == .tensor
        ? try ExternalTensor(bytes, payload)?.complete(bytes, payload, contents)
        : try rewritten(payload, as: child, depth: depth + 1, contents)
      if let inner {
        ProtobufFields.append(inner, asField: field.number, to: &result)
      } else {
        result += bytes[field.whole]
      }
    }
    return result
  }
}
