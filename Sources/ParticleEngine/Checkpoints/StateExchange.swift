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
    /// The islands of a process that are written, counted within it; nil for all.
    case writing(StateFileWriter, Range<Int>?)
    /// The islands that are wanted, counted over the whole run.
    case reading(StateFiles, Range<Int>)
    /// An island of this process, counted within it, that goes to another place.
    case packing(IslandLetter, Int)
    /// The place of one, counted alike.
    case unpacking(IslandLetter, Int)
  }

  private let direction: Direction
  private var prefix = ""

  /// - Parameter islands: Those of the process that are written, counted within it; nil for all.
  package init(to writer: StateFileWriter, islands: Range<Int>? = nil) {
    direction = .writing(writer, islands)
  }

  /// - Parameter islands: Those that are wanted, counted over the whole run.
  package init(from files: StateFiles, islands: Range<Int>) { direction = .reading(files, islands) }

  /// Writes one island of this process, counted within it, to memory.
  init(packing island: Int, into letter: IslandLetter) { direction = .packing(letter, island) }

  /// Reads it back in the place of another.
  init(unpacking island: Int, from letter: IslandLetter) {
    letter.rewind()
    direction = .unpacking(letter, island)
  }

  /// Reads from one file, which has all islands that are wanted.
  package convenience init(from reader: StateFileReader) {
    self.init(from: StateFiles([(reader, 0..<1)]), islands: 0..<1)
  }

  /// Whether state is read back, and so replaced.
  public var isReading: Bool {
    switch direction {
    case .reading, .unpacking: true
    case .writing, .packing: false
    }
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
    case .writing(let writer, _):
      let result = array.withUnsafeBytes { bytes in
        Result { () throws(FileError) in try writer.write(prefix + name, bytes) }
      }
      try result.get()
    case .reading(let files, _):
      let (reader, bytes) = try files.open(prefix + name)
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
    case .packing(let letter, _):
      withUnsafeBytes(of: array.count) { letter.append($0) }
      array.withUnsafeBytes { letter.append($0) }
    case .unpacking(let letter, _):
      var length = 0
      withUnsafeMutableBytes(of: &length) { letter.read(into: $0) }
      array = [Element](unsafeUninitializedCapacity: length) { buffer, count in
        letter.read(
          into: UnsafeMutableRawBufferPointer(
            rebasing: UnsafeMutableRawBufferPointer(buffer)[..<(length * MemoryLayout<Element>.stride)]))
        count = length
      }
    }
  }

  /// The arrays of a name that the files have, each with its islands, in the order of these.
  ///
  /// - Throws: `FileError`, malformed.
  package func arrays<Element: BitwiseCopyable>(_ name: String, of type: Element.Type) throws(FileError)
    -> [(islands: Range<Int>, values: [Element])]
  {
    guard case .reading(let files, _) = direction else { return [] }
    var arrays: [(islands: Range<Int>, values: [Element])] = []
    for (reader, islands) in files.each {
      var own: [Element] = []
      try StateExchange(from: reader, prefix).array(name, &own)
      arrays.append((islands, own))
    }
    return arrays
  }

  private init(from reader: StateFileReader, _ prefix: String) {
    direction = .reading(StateFiles([(reader, 0..<1)]), 0..<1)
    self.prefix = prefix
  }

  private init(to writer: StateFileWriter, _ prefix: String) {
    direction = .writing(writer, nil)
    self.prefix = prefix
  }

  /// A part that goes with the first island of the run and has one of its own, whose names are its own.
  ///
  /// - Throws: What `body` throws.
  package func beside(_ part: String, _ body: (StateExchange) throws -> Void) rethrows {
    switch direction {
    case .writing(let writer, _): try body(StateExchange(to: writer, prefix + part + "/"))
    case .reading(let files, _): try body(StateExchange(from: files.each[0].reader, prefix + part + "/"))
    case .packing, .unpacking: preconditionFailure("what goes beside the first island does not move with it")
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
    case .writing(let writer, _): try writer.write(name, UnsafeRawBufferPointer(bytes))
    case .reading(let files, _):
      let (reader, count) = try files.open(name)
      guard count == bytes.count else { throw reader.mismatch(name) }
      try reader.fill(bytes, name)
    case .packing(let letter, _): letter.append(UnsafeRawBufferPointer(bytes))
    case .unpacking(let letter, _): letter.read(into: bytes)
    }
  }

  /// What islands have each as much of, one after the other: another process may have some of them, now or when it is read back.
  ///
  /// - Parameters:
  ///   - base: Of the first island of this process.
  ///   - count: How many values all its islands have.
  ///   - islands: How many these are.
  /// - Throws: `FileError`, as for one value.
  package func islands<Element: BitwiseCopyable>(
    _ name: String, _ base: UnsafeMutablePointer<Element>, count: Int, of islands: Int
  ) throws(FileError) {
    try exchangeIslands(
      name, UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: base, count: count)), of: islands)
  }

  package func exchangeIslands(_ name: String, _ bytes: UnsafeMutableRawBufferPointer, of islands: Int)
    throws(FileError)
  {
    let name = prefix + name
    let stride = bytes.count / islands
    switch direction {
    case .writing(let writer, let chosen):
      let own = chosen ?? 0..<islands
      try writer.write(
        name,
        UnsafeRawBufferPointer(rebasing: bytes[own.lowerBound * stride..<own.upperBound * stride]))
    case .reading(let files, let wanted):
      try files.fill(bytes, with: name, of: wanted)
    case .packing(let letter, let island):
      letter.append(UnsafeRawBufferPointer(rebasing: bytes[island * stride..<(island + 1) * stride]))
    case .unpacking(let letter, let island):
      letter.read(
        into: UnsafeMutableRawBufferPointer(rebasing: bytes[island * stride..<(island + 1) * stride]))
    }
  }

  /// Whether an island of this process, counted within it, is among those that are written or read.
  package func includes(island: Int) -> Bool {
    switch direction {
    case .writing(_, let chosen?): chosen.contains(island)
    case .packing(_, let chosen), .unpacking(_, let chosen): island == chosen
    case .writing, .reading: true
    }
  }
}
