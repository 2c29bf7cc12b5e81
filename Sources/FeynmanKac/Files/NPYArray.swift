/// Numbers in the shape of an NPY file, in row-major order.
public struct NPYArray<Element: NPYElement>: Sendable {
  /// The length of each axis; empty for a single number.
  public let shape: [Int]
  /// The numbers, as many as the product of `shape`, the last index fastest.
  public let values: [Element]

  /// - Parameters:
  ///   - shape: The length of each axis.
  ///   - values: Row-major, as many as the product of `shape`.
  public init(shape: [Int], values: [Element]) {
    precondition(
      shape.clampedProduct == values.count, "shape \(shape) does not hold \(values.count) values")
    self.shape = shape
    self.values = values
  }
}

/// A number that NPY files are written with, and what others become when they are read as it.
public protocol NPYElement: Sendable, BitwiseCopyable {
  /// NumPy's name of the type, such as `f4`.
  static var npyType: String { get }
  /// The number nearest to an integer of the file; nil where it is out of range.
  init?(npyInteger value: Int64)
  /// The number nearest to one of the file; nil where a fraction would be lost, or where it is out of range.
  init?(npyFloat value: Double)
}

extension Float: NPYElement {
  /// The type `f4`.
  public static var npyType: String { "f4" }
  /// The nearest float.
  public init(npyInteger value: Int64) { self = Float(value) }
  /// The nearest float; nil where a finite number would become infinite.
  public init?(npyFloat value: Double) {
    self = Float(value)
    // Infinite in the file is infinite here; a number is never made infinite.
    if isInfinite, value.isFinite { return nil }
  }
}

extension Double: NPYElement {
  /// The type `f8`.
  public static var npyType: String { "f8" }
  /// The nearest double.
  public init(npyInteger value: Int64) { self = Double(value) }
  /// The number itself.
  public init?(npyFloat value: Double) { self = value }
}

extension Int32: NPYElement {
  /// The type `i4`.
  public static var npyType: String { "i4" }
  /// The integer; nil where it is out of range.
  public init?(npyInteger value: Int64) { self.init(exactly: value) }
  /// Fails always: a fraction would be lost.
  public init?(npyFloat value: Double) { return nil }
}

extension Int64: NPYElement {
  /// The type `i8`.
  public static var npyType: String { "i8" }
  /// The integer itself.
  public init(npyInteger value: Int64) { self = value }
  /// Fails always: a fraction would be lost.
  public init?(npyFloat value: Double) { return nil }
}

// MARK: - Reading

extension NPYArray {
  /// Reads float32, float64, int32 or int64 of either byte order, in C or Fortran order.
  ///
  /// - Throws: `FileError`: no such file, not an NPY file, another type of numbers, floating-point numbers where
  ///   integers are asked for, or more or fewer bytes than the shape needs.
  public init(file path: String) throws(FileError) {
    let file = try InputFile(path)
    func located<Value>(_ body: () throws(NPYProblem) -> Value) throws(FileError) -> Value {
      do throws(NPYProblem) { return try body() } catch {
        throw FileError(.malformed, path, error.sentence)
      }
    }
    // Nothing takes memory before the header and the size agree.
    var bytes = try file.read(upTo: 12)
    let end = try located { () throws(NPYProblem) in try NPYHeader.end(bytes) }
    bytes += try file.read(upTo: end - bytes.count)
    let expected = try located { () throws(NPYProblem) in
      let header = try NPYHeader.read(bytes).header
      let expected = try header.byteCount()
      if let size = file.size { try header.check(size - end) }
      return expected
    }
    // The numbers of the file and those that are made of them.
    try file.checkMemory(for: 2 * expected)
    bytes.reserveCapacity(file.size == nil ? 0 : end + expected)
    bytes += try file.read(upTo: expected + 1)
    self = try located { () throws(NPYProblem) in try Self(bytes: bytes) }
  }

  package init(bytes: [UInt8]) throws(NPYProblem) {
    let (header, start) = try NPYHeader.read(bytes)
    try header.check(bytes.count - start)
    let count = try header.byteCount() / header.number.byteCount
    let stored = try Self.values(of: header, in: bytes, from: start, count: count)
    self.init(
      shape: header.shape, values: header.isFortranOrder ? Self.rowMajor(stored, header.shape) : stored)
  }

  /// The numbers in the order of the file.
  ///
  /// - Throws: A sentence where one of them is no `Element`.
  private static func values(
    of header: NPYHeader, in bytes: [UInt8], from start: Int, count: Int
  ) throws(NPYProblem) -> [Element] {
    var stranger: (index: Int, text: String)?
    let values = bytes.withUnsafeBytes { (raw: UnsafeRawBufferPointer) -> [Element] in
      if header.number.rawValue == Element.npyType, !header.isBigEndian {
        return [Element](unsafeUninitializedCapacity: count) { buffer, filled in
          UnsafeMutableRawBufferPointer(buffer).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: raw[start...]))
          filled = count
        }
      }
      var values: [Element] = []
      values.reserveCapacity(count)
      for index in 0..<count {
        if header.number.isInteger {
          let number = header.integer(index, in: raw, from: start)
          guard let value = Element(npyInteger: number) else {
            stranger = (index, "\(number)")
            return []
          }
          values.append(value)
        } else {
          let number = header.float(index, in: raw, from: start)
          guard let value = Element(npyFloat: number) else {
            stranger = (index, "\(number)")
            return []
          }
          values.append(value)
        }
      }
      return values
    }
    guard let stranger else { return values }
    if header.number.isInteger {
      throw NPYProblem("holds whole numbers beyond the range of \(Element.self)")
    }
    guard Element.npyType.hasPrefix("f") else {
      throw NPYProblem("holds floating-point numbers; integers are needed")
    }
    throw NPYProblem(
      "holds \(stranger.text) as number \(stranger.index) from 0, outside of float32's range, ±3.4e38")
  }

  private static func rowMajor(_ columnMajor: [Element], _ shape: [Int]) -> [Element] {
    guard shape.count > 1, !columnMajor.isEmpty else { return columnMajor }
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in 1..<shape.count { strides[axis] = strides[axis - 1] * shape[axis - 1] }
    var index = [Int](repeating: 0, count: shape.count)
    var values: [Element] = []
    values.reserveCapacity(columnMajor.count)
    for _ in columnMajor {
      values.append(columnMajor[zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }])
      var axis = shape.count - 1
      index[axis] += 1
      while axis > 0, index[axis] == shape[axis] {
        index[axis] = 0
        axis -= 1
        index[axis] += 1
      }
    }
    return values
  }
}

// MARK: - Writing

extension NPYArray {
  /// The whole file: version 1.0, little endian, C order.
  public var fileBytes: [UInt8] {
    var bytes = headerBytes
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// What stands before the numbers in a file.
  package var headerBytes: [UInt8] {
    NPYHeader(number: .init(rawValue: Element.npyType)!, shape: shape).bytes
  }
}

extension OutputFolder {
  /// Writes an NPY file without a second copy of its numbers in memory.
  public func write<Element: NPYElement>(
    _ name: String, shape: [Int], _ values: [Element]
  ) throws(FileError) {
    precondition(shape.clampedProduct == values.count, "shape \(shape) does not hold \(values.count) values")
    let header = NPYHeader(number: .init(rawValue: Element.npyType)!, shape: shape).bytes
    let result = header.withUnsafeBytes { header in
      values.withUnsafeBytes { numbers in
        Result { () throws(FileError) in try write(name, [header, numbers]) }
      }
    }
    try result.get()
  }
}
