/// What stands before the numbers of an NPY file: their type, order and shape.
///
/// - Source: NumPy's `numpy.lib.format`, versions 1.0 to 3.0.
struct NPYHeader: Equatable {
  enum Number: String, CaseIterable {
    case float32 = "f4"
    case float64 = "f8"
    case int32 = "i4"
    case int64 = "i8"

    var byteCount: Int { self == .float32 || self == .int32 ? 4 : 8 }
    var isInteger: Bool { self == .int32 || self == .int64 }
  }

  var number: Number
  var isBigEndian = false
  var isFortranOrder = false
  var shape: [Int]

  private static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

  init(number: Number, shape: [Int]) {
    self.number = number
    self.shape = shape
  }

  /// Version 1.0, padded with blanks so that the numbers start at a multiple of 64 bytes.
  var bytes: [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(isBigEndian ? ">" : "<")\(number.rawValue)', "
    text += "'fortran_order': \(isFortranOrder ? "True" : "False"), 'shape': (\(sizes)), }"
    let length = (10 + text.utf8.count + 1 + 63) / 64 * 64 - 10
    text += String(repeating: " ", count: length - text.utf8.count - 1) + "\n"
    return Self.magic + [1, 0, UInt8(truncatingIfNeeded: length), UInt8(truncatingIfNeeded: length >> 8)]
      + Array(text.utf8)
  }

  /// The most bytes of a header that are read; NumPy's own have about a hundred.
  static let maximumSize = 1 << 20
  /// NumPy's own limit is 64.
  static let maximumAxes = 64

  /// Where the numbers start.
  ///
  /// - Parameter bytes: At least the first twelve, where there are so many.
  /// - Throws: A sentence, for the caller to put the file's name before.
  static func end(_ bytes: [UInt8]) throws(NPYProblem) -> Int {
    guard bytes.count >= 10, Array(bytes[..<6]) == magic else {
      throw NPYProblem("is not an NPY file; its first bytes are not \\x93NUMPY")
    }
    let lengthBytes = bytes[6] == 1 ? 2 : 4
    guard (1...3).contains(bytes[6]) else {
      throw NPYProblem("has NPY version \(bytes[6]).\(bytes[7]); 1.0 to 3.0 are read")
    }
    guard bytes.count >= 8 + lengthBytes else { throw NPYProblem("ends inside its header") }
    let length = bytes[8..<8 + lengthBytes].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= maximumSize else {
      throw NPYProblem("states a header of \(length) bytes; at most \(maximumSize) are read")
    }
    return 8 + lengthBytes + length
  }

  /// Reads a header and says where the numbers start.
  ///
  /// - Throws: A sentence, for the caller to put the file's name before.
  static func read(_ bytes: [UInt8]) throws(NPYProblem) -> (header: NPYHeader, end: Int) {
    let end = try end(bytes)
    guard end <= bytes.count else { throw NPYProblem("ends inside its header") }
    let lengthBytes = bytes[6] == 1 ? 2 : 4
    let text = String(decoding: bytes[(8 + lengthBytes)..<end], as: UTF8.self)

    guard let said = NPYHeaderText(text), let type = said.type, let shape = said.shape else {
      throw NPYProblem("has a header that cannot be read: \(text.prefix(80))")
    }
    guard shape.count <= maximumAxes else {
      throw NPYProblem("has \(shape.count) axes; at most \(maximumAxes) are read")
    }
    let supported = "float32, float64, int32 and int64 are read"
    guard let number = Number(rawValue: String(type.dropFirst())), "<>=".contains(type.prefix(1)) else {
      throw NPYProblem("holds numbers of type '\(type)'; \(supported)")
    }
    var header = NPYHeader(number: number, shape: shape)
    header.isBigEndian = type.hasPrefix(">")
    header.isFortranOrder = said.isFortranOrder == true
    return (header, end)
  }

  /// How many bytes of numbers the shape needs.
  ///
  /// - Throws: A sentence where no file holds so many.
  func byteCount() throws(NPYProblem) -> Int {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product < Int.max / 16 else { throw NPYProblem("has an impossible shape \(shape)") }
      count = product
    }
    return count * number.byteCount
  }

  /// - Parameter found: Bytes of numbers that there are.
  /// - Throws: A sentence where the shape needs more or fewer.
  func check(_ found: Int) throws(NPYProblem) {
    let expected = try byteCount()
    guard found == expected else {
      throw NPYProblem("holds \(found) bytes of numbers; its shape \(shape) needs \(expected)")
    }
  }

  func integer(_ index: Int, in raw: UnsafeRawBufferPointer, from start: Int) -> Int64 {
    number.byteCount == 4
      ? Int64(Int32(bitPattern: word(UInt32.self, index, in: raw, from: start)))
      : Int64(bitPattern: word(UInt64.self, index, in: raw, from: start))
  }

  func float(_ index: Int, in raw: UnsafeRawBufferPointer, from start: Int) -> Double {
    number.byteCount == 4
      ? Double(Float(bitPattern: word(UInt32.self, index, in: raw, from: start)))
      : Double(bitPattern: word(UInt64.self, index, in: raw, from: start))
  }

  private func word<Word: FixedWidthInteger>(
    _ type: Word.Type, _ index: Int, in raw: UnsafeRawBufferPointer, from start: Int
  ) -> Word {
    let stored = raw.loadUnaligned(fromByteOffset: start + number.byteCount * index, as: Word.self)
    return isBigEndian ? Word(bigEndian: stored) : Word(littleEndian: stored)
  }
}

/// What is wrong with an NPY file, in one sentence.
package struct NPYProblem: Error {
  package let sentence: String
  init(_ sentence: String) { self.sentence = sentence }
}
