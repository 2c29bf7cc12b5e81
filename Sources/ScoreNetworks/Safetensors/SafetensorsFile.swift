import FeynmanKac

/// Named tensors and texts of a safetensors file.
///
/// The format is read strictly: a length of 8 bytes, a JSON header, then the tensors' bytes one after the other without
/// gap, overlap or rest. No key may stand twice.
///
/// - Source: the format's description in github.com/huggingface/safetensors.
public struct SafetensorsFile: Sendable {
  /// A tensor as the header describes it.
  public struct Tensor: Sendable, Equatable {
    /// The name as in the header.
    public let name: String
    /// The type of its numbers.
    public let type: TensorType
    /// The length of each axis, the last one fastest; empty for a single number.
    public let shape: [Int]
    /// Where its numbers stand, from the end of the header.
    public let bytes: Range<Int>
  }

  /// The largest header that is read, in bytes; the format's own limit.
  public static let maximumHeaderSize = 100_000_000

  /// The file's name, for errors.
  public let path: String
  /// The texts of `__metadata__`.
  public let metadata: [String: String]
  /// The tensors in the order of their bytes.
  public let tensors: [Tensor]

  let content: [UInt8]
  let dataStart: Int
  private let indices: [String: Int]

  /// Reads a file.
  ///
  /// - Throws: `FileError`, `missing` or `malformed`, in a sentence that names the tensor.
  public init(file path: String) throws(FileError) {
    try self.init(bytes: FileBytes.read(path), file: path)
  }

  /// Reads the content of a file.
  ///
  /// - Parameters:
  ///   - bytes: All of the file.
  ///   - path: Its name, for errors.
  /// - Throws: `FileError`, `malformed`, in a sentence that names the tensor.
  public init(bytes: [UInt8], file path: String) throws(FileError) {
    guard bytes.count >= 8 else {
      throw FileError(.malformed, path, "has \(bytes.count) bytes; a safetensors file has at least 10")
    }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(truncatingIfNeeded: $1) }
    guard length <= Self.maximumHeaderSize else {
      throw FileError(
        .malformed, path,
        "states a header of \(length) bytes; at most \(Self.maximumHeaderSize) are read; is it a safetensors file?"
      )
    }
    let start = 8 + Int(clamping: length)
    guard start <= bytes.count else {
      throw FileError(
        .malformed, path,
        "states a header of \(length) bytes; only \(bytes.count - 8) follow; is it cut short?")
    }

    let header: SafetensorsHeader
    let tensors: [Tensor]
    do throws(SafetensorsHeader.Problem) {
      header = try SafetensorsHeader(bytes[8..<start])
      tensors = header.tensors.sorted {
        ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
      }
      try Self.check(tensors, fill: bytes.count - start)
    } catch {
      throw FileError(.malformed, path, error.sentence)
    }
    self.path = path
    self.metadata = header.metadata
    self.tensors = tensors
    content = bytes
    dataStart = start
    indices = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
  }

  private static func check(_ tensors: [Tensor], fill count: Int) throws(SafetensorsHeader.Problem) {
    var end = 0
    var last: Tensor?
    for tensor in tensors {
      let name = "tensor \(JSONValue.quoted(tensor.name))"
      let (start, before) = (tensor.bytes.lowerBound, last.map { " of \(JSONValue.quoted($0.name))" } ?? "")
      guard tensor.bytes.upperBound <= count else {
        throw SafetensorsHeader.Problem(
          "\(name): data_offsets end at \(tensor.bytes.upperBound); the file has \(count) bytes of tensors")
      }
      guard start == end else {
        throw SafetensorsHeader.Problem(
          "\(name): starts at byte \(start), "
            + (start < end
              ? "before the end\(before) at \(end)" : "after a gap from the end\(before) at \(end)"))
      }
      end = tensor.bytes.upperBound
      last = tensor
    }
    guard end == count else {
      throw SafetensorsHeader.Problem("has \(count - end) bytes after its last tensor")
    }
  }

  /// The tensor of a name; nil where there is none.
  public func tensor(_ name: String) -> Tensor? { indices[name].map { tensors[$0] } }
}
