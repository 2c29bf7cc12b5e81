/// The fields of one message of a protocol buffer, one after the other, as byte ranges of the whole.
struct ProtobufFields {
  struct Field {
    let number: UInt64
    /// The number in the field; nil for bytes and for numbers of fixed width.
    let value: UInt64?
    /// Where the field's bytes lie; nil for other fields.
    let payload: Range<Int>?
    /// Where the field lies with its tag and length.
    let whole: Range<Int>
  }

  /// Bytes that are no protocol buffer.
  struct Malformed: Error {}

  private let bytes: [UInt8]
  private var position: Int
  private let end: Int

  init(_ bytes: [UInt8], in range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next field; nil at the end of the message.
  mutating func next() throws(Malformed) -> Field? {
    guard position < end else { return nil }
    let start = position
    let tag = try varint()
    var value: UInt64?
    var payload: Range<Int>?
    switch tag & 7 {
    case 0: value = try varint()
    case 1: try skip(8)
    case 2:
      let length = try varint()
      let first = position
      try skip(length)
      payload = first..<position
    case 5: try skip(4)
    // Groups have long gone from the format, and nothing in ONNX has one.
    default: throw Malformed()
    }
    guard tag >> 3 > 0 else { throw Malformed() }
    return Field(number: tag >> 3, value: value, payload: payload, whole: start..<position)
  }

  private mutating func skip(_ count: UInt64) throws(Malformed) {
    guard count <= UInt64(clamping: end - position) else { throw Malformed() }
    position += Int(count)
  }

  private mutating func varint() throws(Malformed) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < end else { throw Malformed() }
      let byte = bytes[position]
      position += 1
      value |= UInt64(clamping: byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
    }
    throw Malformed()
  }

  // MARK: - Writing

  static func appendVarint(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest > 0x7f {
      bytes.append(UInt8(truncatingIfNeeded: rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  static func append(_ payload: some Collection<UInt8>, asField number: UInt64, to bytes: inout [UInt8]) {
    appendVarint(number << 3 | 2, to: &bytes)
    appendVarint(UInt64(clamping: payload.count), to: &bytes)
    bytes.append(contentsOf: payload)
  }
}
