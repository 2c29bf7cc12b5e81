// The messages of <doc:ProgramModels>: all numbers little endian, all counts 32 bits wide.

import FeynmanKac

/// The first message in either direction.
struct WorkerHello {
  static let magic = UInt32(ascii: "FKhi")
  static let version = 1
  static let size = 16

  var version: Int
  /// The length of a row; 0 from a worker that takes any.
  var dimensions: Int
  /// The length of a condition, 0 without; 0 from a worker that takes any.
  var conditionLength: Int

  init(version: Int = Self.version, dimensions: Int, conditionLength: Int) {
    self.version = version
    self.dimensions = dimensions
    self.conditionLength = conditionLength
  }

  /// - Returns: nil where the bytes are something else.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count(at: 0) == Int(Self.magic) else { return nil }
    version = bytes.count(at: 4)
    dimensions = bytes.count(at: 8)
    conditionLength = bytes.count(at: 12)
  }

  func write(to bytes: UnsafeMutableRawBufferPointer) {
    bytes.store(Self.magic, at: 0)
    bytes.store(UInt32(clamping: version), at: 4)
    bytes.store(UInt32(clamping: dimensions), at: 8)
    bytes.store(UInt32(clamping: conditionLength), at: 12)
  }
}

/// What goes before the rows: what is asked, and under which conditions.
struct WorkerRequest {
  static let magic = UInt32(ascii: "FKrq")
  static let headerSize = 48

  static func size(conditions: Int, conditionLength: Int) -> Int {
    headerSize + conditions * 4 * (1 + conditionLength)
  }

  let batch: NetworkBatch
  let point: NoisePoint
  let conditionLength: Int

  /// Fills the first `size(…)` bytes.
  func write(to bytes: UnsafeMutableRawBufferPointer) {
    bytes.store(Self.magic, at: 0)
    bytes.store(UInt32(clamping: batch.count), at: 4)
    bytes.store(UInt32(clamping: batch.dimensions), at: 8)
    bytes.store(UInt32(clamping: batch.conditions.count), at: 12)
    bytes.store(UInt32(clamping: conditionLength), at: 16)
    bytes.store(UInt32(0), at: 20)
    bytes.store(point.time.bitPattern, at: 24)
    bytes.store(point.signal.bitPattern, at: 32)
    bytes.store(point.noise.bitPattern, at: 40)
    var values = Self.headerSize + 4 * batch.conditions.count
    for (part, condition) in batch.conditions.enumerated() {
      let numbers: [Float]? = if case .vector(let numbers) = condition { numbers } else { nil }
      bytes.store(numbers == nil ? 0 as UInt32 : 1, at: Self.headerSize + 4 * part)
      for index in 0..<conditionLength {
        bytes.store((numbers?[index] ?? 0).bitPattern, at: values)
        values += 4
      }
    }
  }
}

/// What goes before the rows that a reward is asked about.
struct WorkerRewardRequest {
  static let magic = UInt32(ascii: "FKrw")
  static let size = 24

  let batch: RewardBatch
  let wantsGradients: Bool

  /// Fills the first `size` bytes.
  func write(to bytes: UnsafeMutableRawBufferPointer) {
    bytes.store(Self.magic, at: 0)
    bytes.store(UInt32(clamping: batch.count), at: 4)
    bytes.store(UInt32(clamping: batch.dimensions), at: 8)
    bytes.store(wantsGradients ? 1 as UInt32 : 0, at: 12)
    bytes.store(UInt64(0), at: 16)
  }
}

/// What goes before the outputs, or before the text that says why there are none.
struct WorkerAnswer {
  static let magic = UInt32(ascii: "FKrs")
  static let size = 24
  /// The most bytes of an error's text.
  static let longestMessage = 65_536

  let isError: Bool
  let rows: Int
  let dimensions: Int
  let parts: Int
  let messageLength: Int

  /// - Returns: nil where the bytes are something else.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count(at: 0) == Int(Self.magic), bytes.count(at: 4) <= 1,
      bytes.count(at: 20) <= Self.longestMessage
    else { return nil }
    isError = bytes.count(at: 4) == 1
    rows = bytes.count(at: 8)
    dimensions = bytes.count(at: 12)
    parts = bytes.count(at: 16)
    messageLength = bytes.count(at: 20)
  }
}

extension UInt32 {
  /// Four letters as they stand in a message.
  fileprivate init(ascii text: StaticString) {
    precondition(text.utf8CodeUnitCount == 4, "'\(text)' has not four letters")
    self = (0..<4).reduce(0) { $0 | UInt32(truncatingIfNeeded: text.utf8Start[$1]) << (8 * $1) }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func count(at offset: Int) -> Int {
    Int(UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
  }
}

extension UnsafeMutableRawBufferPointer {
  fileprivate func store<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
    storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
  }
}
