import FeynmanKac

extension SafetensorsFile {
  /// The numbers of a tensor, row-major, each rounded to the nearest Float.
  ///
  /// - Throws: `FileError`, `malformed`: there is no such tensor, it is not of type F64, F32, F16 or BF16, or a number is
  ///   not finite or too large for a Float; names the tensor and the number's index.
  public func floats(_ name: String) throws(FileError) -> [Float] {
    guard let tensor = tensor(name) else {
      let advice = NearestSpelling.advice(
        for: name, among: tensors.map(\.name), otherwise: "the file has \(tensors.count) others")
      throw FileError(.malformed, path, "tensor \(JSONValue.quoted(name)): missing; \(advice)")
    }
    let values: [Float]? = content.withUnsafeBytes { all in
      let bytes = UnsafeRawBufferPointer(
        rebasing: all[dataStart...][(dataStart + tensor.bytes.lowerBound)...])
      func read<Bits: FixedWidthInteger>(_ type: Bits.Type, _ number: (Bits) -> Float) -> [Float] {
        let size = MemoryLayout<Bits>.size
        return (0..<tensor.bytes.count / size).map {
          number(Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: size * $0, as: type)))
        }
      }
      return switch tensor.type {
      case .float64: read(UInt64.self) { Float(Double(bitPattern: $0)) }
      case .float32: read(UInt32.self) { Float(bitPattern: $0) }
      case .float16: read(UInt16.self, Self.float(half:))
      case .bfloat16: read(UInt16.self) { Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16) }
      default: nil
      }
    }
    guard let values else {
      throw FileError(
        .malformed, path,
        "tensor \(JSONValue.quoted(name)): found dtype \(tensor.type.rawValue); give F64, F32, F16 or BF16")
    }
    if let flat = values.firstIndex(where: { !$0.isFinite }) {
      let stored = tensor.type == .float64 ? stored(tensor, flat) : Double(values[flat])
      throw FileError(
        .malformed, path,
        "tensor \(JSONValue.quoted(name)): found \(stored) at \(index(flat, in: tensor.shape)); give finite numbers"
          + (stored.isFinite ? " of magnitude up to \(Float.greatestFiniteMagnitude)" : ""))
    }
    return values
  }

  private func stored(_ tensor: Tensor, _ index: Int) -> Double {
    content.withUnsafeBytes {
      let offset = dataStart + tensor.bytes.lowerBound + 8 * index
      return Double(
        bitPattern: UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
    }
  }

  private func index(_ flat: Int, in shape: [Int]) -> [Int] {
    var rest = flat
    var index: [Int] = []
    for size in shape.reversed() {
      index.append(rest % size)
      rest /= size
    }
    return index.reversed()
  }

  /// IEEE binary16 by hand: not every platform has the type.
  private static func float(half bits: UInt16) -> Float {
    let sign = UInt32(truncatingIfNeeded: bits & 0x8000) << 16
    let magnitude = UInt32(truncatingIfNeeded: bits & 0x7FFF)
    if magnitude >= 0x7C00 { return Float(bitPattern: sign | 0x7F80_0000 | (magnitude & 0x3FF) << 13) }
    // Moved to Float's exponent, whose bias is 112 more; a multiplication does it for denormals as well.
    return Float(bitPattern: sign | magnitude << 13) * Float(bitPattern: UInt32(254 - 15) << 23)
  }
}
