/// What a run remembers from one step to the next: written to a checkpoint, or read back from one, by the same list of names.
///
/// Whoever keeps state lists it once, in a method that takes this, and both directions follow:
///
/// ```swift
/// func exchange(_ state: StateExchange) throws(FileError) {
///   try state.value("count", &count)
///   try state.rows("sums", sums, count: width)
/// }
/// ```
public final class StateExchange {
  private enum Direction {
    case writing(StateFileWriter)
    case reading(StateFileReader)
  }

  private let direction: Direction
  private var prefix = ""

  package init(to writer: StateFileWriter) { direction = .writing(writer) }

  package init(from reader: StateFileReader) { direction = .reading(reader) }

  /// Whether state is read back, and so replaced.
  public var isReading: Bool {
    if case .reading = direction { true } else { false }
  }

  /// One value, all of which is in its own bytes.
  ///
  /// - Parameter name: Unlike any other's of the run, or of the part that it is within.
  /// - Throws: `FileError`, `unwritable`, or `malformed` where the checkpoint has something else in this place.
  public func value<Value: BitwiseCopyable>(_ name: String, _ value: inout Value) throws(FileError) {
    let result = withUnsafeMutableBytes(of: &value) { bytes in
      Result { () throws(FileError) in try exchange(name, bytes) }
    }
    try result.get()
  }

  /// Values that follow each other in memory.
  ///
  /// - Parameters:
  ///   - name: Unlike any other's of the run, or of the part that it is within.
  ///   - base: The first of them.
  ///   - count: How many, which the checkpoint must have too.
  /// - Throws: `FileError`, as for one value.
  public func rows<Element: BitwiseCopyable>(
    _ name: String, _ base: UnsafeMutablePointer<Element>, count: Int
  ) throws(FileError) {
    try exchange(name, UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: base, count: count)))
  }

  /// An array, which becomes as long as the checkpoint has it.
  ///
  /// - Throws: `FileError`, as for one value.
  public func array<Element: BitwiseCopyable>(_ name: String, _ array: inout [Element]) throws(FileError) {
    switch direction {
    case .writing(let writer):
      let result = array.withUnsafeBytes { bytes in
        Result { () throws(FileError) in try writer.write(prefix + name, bytes) }
      }
      try result.get()
    case .reading(let reader):
      let bytes = try reader.open(prefix + name)
      let stride = MemoryLayout<Element>.stride
      guard bytes.isMultiple(of: stride) else { throw reader.mismatch(prefix + name) }
      var failure: FileError?
      array = [Element](unsafeUninitializedCapacity: bytes / stride) { buffer, count in
        do throws(FileError) {
          try reader.fill(UnsafeMutableRawBufferPointer(buffer), prefix + name)
          count = bytes / stride
        } catch { failure = error }
      }
      if let failure { throw failure }
    }
  }

  /// A part, whose names are its own.
  ///
  /// - Throws: What `body` throws.
  public func within(_ part: String, _ body: () throws -> Void) rethrows {
    let outer = prefix
    prefix += part + "/"
    defer { prefix = outer }
    try body()
  }

  package func exchange(_ name: String, _ bytes: UnsafeMutableRawBufferPointer) throws(FileError) {
    let name = prefix + name
    switch direction {
    case .writing(let writer): try writer.write(name, UnsafeRawBufferPointer(bytes))
    case .reading(let reader):
      guard try reader.open(name) == bytes.count else { throw reader.mismatch(name) }
      try reader.fill(bytes, name)
    }
  }
}
