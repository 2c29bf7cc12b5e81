import FeynmanKac

/// A tensor of an ONNX file whose numbers lie in another file.
struct ExternalTensor {
  /// What is wrong with a file; without a payload it is no ONNX file at all.
  enum Fault: Error {
    case malformed
    case problem(String)

    var error: ONNXNetworkError {
      switch self {
      case .malformed: ONNXNetworkError(.unreadable, "file", "is no ONNX file")
      case .problem(let problem): ONNXNetworkError(.unreadable, "file", problem)
      }
    }
  }

  // Fields of TensorProto.
  private static let rawData: UInt64 = 9
  private static let externalData: UInt64 = 13
  private static let dataLocation: UInt64 = 14

  /// The path of the file, from the folder of the ONNX file.
  let file: String
  private var offset = 0
  /// nil for all that follows.
  private var length: Int?

  /// - Returns: nil for a tensor whose numbers are in the ONNX file.
  init?(_ bytes: [UInt8], _ range: Range<Int>) throws(Fault) {
    var isExternal = false
    var entries: [String: String] = [:]
    var fields = ProtobufFields(bytes, in: range)
    while let field = try Self.next(&fields) {
      if field.number == Self.dataLocation, let value = field.value { isExternal = value == 1 }
      if field.number == Self.externalData, let payload = field.payload {
        let (key, value) = try Self.entry(bytes, payload)
        entries[key] = value
      }
    }
    guard isExternal else { return nil }
    guard let file = entries["location"], !file.isEmpty else {
      throw .problem("has a tensor in another file without saying in which")
    }
    let parts = file.split(separator: "/", omittingEmptySubsequences: false)
    guard !file.hasPrefix("/"), !parts.contains(".."), !file.utf8.contains(0) else {
      throw .problem("has a tensor in \(JSONValue.quoted(file)), which is not in the file's own folder")
    }
    self.file = file
    offset = try Self.count(entries["offset"], "offset") ?? 0
    length = try Self.count(entries["length"], "length")
  }

  /// The tensor with its numbers inside.
  func complete(_ bytes: [UInt8], _ range: Range<Int>, _ contents: [String: [UInt8]]) throws(Fault) -> [UInt8]
  {
    guard let data = contents[file] else {
      throw .problem("has tensors in \(JSONValue.quoted(file)), which was not read")
    }
    let length = self.length ?? max(0, data.count - offset)
    guard offset <= data.count, length <= data.count - offset else {
      throw .problem(
        "needs \(length) bytes of \(JSONValue.quoted(file)) from \(offset) on; it has \(data.count)")
    }
    var result: [UInt8] = []
    result.reserveCapacity(range.count + length + 16)
    var fields = ProtobufFields(bytes, in: range)
    while let field = try Self.next(&fields) {
      if [Self.rawData, Self.externalData, Self.dataLocation].contains(field.number) { continue }
      result += bytes[field.whole]
    }
    ProtobufFields.append(data[offset..<offset + length], asField: Self.rawData, to: &result)
    return result
  }

  static func next(_ fields: inout ProtobufFields) throws(Fault) -> ProtobufFields.Field? {
    do throws(ProtobufFields.Malformed) { return try fields.next() } catch { throw .malformed }
  }

  /// A key and a value of `external_data`.
  private static func entry(_ bytes: [UInt8], _ range: Range<Int>) throws(Fault) -> (String, String) {
    var texts = ["", ""]
    var fields = ProtobufFields(bytes, in: range)
    while let field = try next(&fields) {
      guard let payload = field.payload, field.number == 1 || field.number == 2 else { continue }
      guard let text = String(validating: bytes[payload], as: UTF8.self) else { throw .malformed }
      texts[Int(field.number) - 1] = text
    }
    return (texts[0], texts[1])
  }

  private static func count(_ text: String?, _ what: String) throws(Fault) -> Int? {
    guard let text else { return nil }
    guard let count = Int(text), count >= 0 else {
      throw .problem("has a tensor with the \(what) \(JSONValue.quoted(text)) in another file")
    }
    return count
  }
}
