/// Numbers in the shape of an NPY file, in row-major order.
public struct NPYArray<Element: NPYElement>: Sendable {
  /// The length of each axis; empty for a single number.
  public let shape: [Int]
  /// As many as the product of `shape`, the last index fastest.
  public let values: [Element]

  /// - Parameters:
  ///   - shape: The length of each axis.
  ///   - values: Row-major, as many as the product of `shape`.
  public init(shape: [Int], values: [Element]) {
    precondition(
      shape.reduce(1, *) == values.count, "shape \(shape) does not hold \(values.count) values")
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
  /// Nil where a fraction would be lost.
  init?(npyFloat value: Double)
}

extension Float: NPYElement {
  public static var npyType: String { "f4" }
  public init(npyInteger value: Int64) { self = Float(value) }
  public init?(npyFloat value: Double) { self = Float(value) }
}

extension Double: NPYElement {
  public static var npyType: String { "f8" }
  public init(npyInteger value: Int64) { self = Double(value) }
  public init?(npyFloat value: Double) { self = value }
}

extension Int32: NPYElement {
  public static var npyType: String { "i4" }
  public init?(npyInteger value: Int64) { self.init(exactly: value) }
  public init?(npyFloat value: Double) { return nil }
}

extension Int64: NPYElement {
  public static var npyType: String { "i8" }
  public init(npyInteger value: Int64) { self = value }
  public init?(npyFloat value: Double) { return nil }
}

// MARK: - Reading

extension NPYArray {
  /// Reads float32, float64, int32 or int64 of either byte order, in C or Fortran order.
  ///
  /// - Throws: `FileError`: no such file, not an NPY file, another type of numbers, floating-point numbers where
  ///   integers are asked for, or more or fewer bytes than the shape needs.
  public init(file path: String) throws(FileError) {
    let bytes = try FileBytes.read(path)
    do throws(NPYProblem) { try self.init(bytes: bytes) } catch {
      throw FileError(.malformed, path, error.sentence)
    }
  }

  package init(bytes: [UInt8]) throws(NPYProblem) {
    let (header, start) = try NPYHeader.read(bytes)
    var count = 1
    for size in header.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product < Int.max / 16 else {
        throw NPYProblem("has an impossible shape \(header.shape)")
      }
      count = product
    }
    let expected = count * header.number.byteCount
    guard bytes.count - start == expected else {
      throw NPYProblem(
        "holds \(bytes.count - start) bytes of numbers; its shape \(header.shape) needs \(expected)")
    }
    guard let stored = Self.values(of: header, in: bytes, from: start, count: count) else {
      throw NPYProblem(
        header.number.isInteger
          ? "holds whole numbers beyond the range of \(Element.self)"
          : "holds floating-point numbers; integers are needed")
    }
    self.init(
      shape: header.shape, values: header.isFortranOrder ? Self.rowMajor(stored, header.shape) : stored)
  }

  /// The numbers in the order of the file; nil where one of them is no `Element`.
  private static func values(of header: NPYHeader, in bytes: [UInt8], from start: Int, count: Int)
    -> [Element]?
  {
    bytes.withUnsafeBytes { (raw: UnsafeRawBufferPointer) -> [Element]? in
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
        let value: Element?
        if header.number.byteCount == 4 {
          let stored = raw.loadUnaligned(fromByteOffset: start + 4 * index, as: UInt32.self)
          let bits = header.isBigEndian ? UInt32(bigEndian: stored) : UInt32(littleEndian: stored)
          value =
            header.number == .int32
            ? Element(npyInteger: Int64(Int32(bitPattern: bits)))
            : Element(npyFloat: Double(Float(bitPattern: bits)))
        } else {
          let stored = raw.loadUnaligned(fromByteOffset: start + 8 * index, as: UInt64.self)
          let bits = header.isBigEndian ? UInt64(bigEndian: stored) : UInt64(littleEndian: stored)
          value =
            header.number == .int64
            ? Element(npyInteger: Int64(bitPattern: bits)) : Element(npyFloat: Double(bitPattern: bits))
        }
        guard let value else { return nil }
        values.append(value)
      }
      return values
    }
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
    var bytes = header.bytes
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return bytes
  }

  private var header: NPYHeader { NPYHeader(number: .init(rawValue: Element.npyType)!, shape: shape) }
}

extension OutputFolder {
  /// Writes an NPY file without a second copy of its numbers in memory.
  public func write<Element: NPYElement>(
    _ name: String, shape: [Int], _ values: [Element]
  ) throws(FileError) {
    precondition(shape.reduce(1, *) == values.count, "shape \(shape) does not hold \(values.count) values")
    let header = NPYHeader(number: .init(rawValue: Element.npyType)!, shape: shape).bytes
    let result = header.withUnsafeBytes { header in
      values.withUnsafeBytes { numbers in
        Result { () throws(FileError) in try write(name, [header, numbers]) }
      }
    }
    try result.get()
  }
}
