internal import CKernels
import Libc

/// An NPY file of known shape that is written row by row, so that memory never holds all of it.
///
/// ```swift
/// let file = try folder.stream("path.npy", of: Float.self, shape: [rows, d])
/// for row in rows { try file.append(row) }
/// try file.finish()
/// ```
public final class NPYStream<Element: NPYElement> {
  /// The CRC-32C of the numbers so far, by which a reader tells whether a file still holds them.
  package private(set) var sum: UInt32 = 0
  private let shownPath: String
  private var descriptor: CInt
  /// Numbers that are still to come.
  private var missing: Int
  private let whenWhole: () -> Void

  /// - Parameters:
  ///   - descriptor: Where the bytes go; it is closed here.
  ///   - shownPath: What errors call it.
  ///   - shape: The shape of the whole file.
  ///   - whenWhole: Called once by `finish`.
  init(_ descriptor: CInt, shownAs shownPath: String, shape: [Int], whenWhole: @escaping () -> Void)
    throws(FileError)
  {
    self.descriptor = descriptor
    self.shownPath = shownPath
    self.whenWhole = whenWhole
    missing = shape.clampedProduct
    let header = NPYHeader(number: .init(rawValue: Element.npyType)!, shape: shape).bytes
    let problem = header.withUnsafeBytes { FileBytes.write($0, to: descriptor) }
    if let problem { throw FileError(.unwritable, shownPath, problem) }
  }

  /// Goes on with a file that has some of its numbers, whatever else was written to it.
  ///
  /// - Parameters:
  ///   - count: How many numbers it has to have.
  ///   - sum: Their sum.
  /// - Throws: `FileError`, `malformed` where it has fewer, `unwritable`.
  init(
    resuming descriptor: CInt, shownAs shownPath: String, shape: [Int], after count: Int, sum: UInt32,
    whenWhole: @escaping () -> Void
  ) throws(FileError) {
    self.sum = sum
    self.descriptor = descriptor
    self.shownPath = shownPath
    self.whenWhole = whenWhole
    missing = shape.clampedProduct - count
    let header = NPYHeader(number: .init(rawValue: Element.npyType)!, shape: shape).bytes
    let end = off_t(header.count + count * MemoryLayout<Element>.stride)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size >= end else {
      throw FileError(.malformed, shownPath, "lacks rows that its checkpoint is of")
    }
    guard ftruncate(descriptor, end) == 0, lseek(descriptor, end, SEEK_SET) == end else {
      throw FileError(.unwritable, shownPath, FileBytes.systemReason())
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Writes the next numbers, in row-major order.
  ///
  /// - Throws: `FileError`, `unwritable`.
  public func append(_ values: [Element]) throws(FileError) {
    precondition(
      values.count <= missing, "\(values.count) numbers for the \(missing) that \(shownPath) lacks")
    let problem = values.withUnsafeBytes { FileBytes.write($0, to: descriptor) }
    if let problem { throw FileError(.unwritable, shownPath, problem) }
    sum = values.withUnsafeBytes { bytes in
      bytes.baseAddress.map { fk_crc32c(sum, $0, bytes.count) } ?? sum
    }
    missing -= values.count
  }

  /// Flushes what was written so far to the disk.
  ///
  /// - Throws: `FileError`, `unwritable`.
  public func flush() throws(FileError) {
    if fsync(descriptor) != 0 { throw FileError(.unwritable, shownPath, FileBytes.systemReason()) }
  }

  /// Flushes the file to the disk. All numbers must have been written.
  ///
  /// - Throws: `FileError`, `unwritable`.
  public func finish() throws(FileError) {
    precondition(missing == 0, "\(shownPath) lacks \(missing) numbers")
    precondition(descriptor >= 0, "\(shownPath) is already finished")
    var problem = fsync(descriptor) != 0 ? FileBytes.systemReason() : nil
    if close(descriptor) != 0, problem == nil { problem = FileBytes.systemReason() }
    descriptor = -1
    if let problem { throw FileError(.unwritable, shownPath, problem) }
    whenWhole()
  }
}

extension OutputFolder {
  /// Begins an NPY file beside a run's checkpoints, or goes on with it; once it is finished it waits for `commit`.
  ///
  /// - Parameter former: The numbers that it has already, of a run that goes on, and their sum; nil for a new one.
  /// - Throws: `FileError`, `unwritable`, or `malformed` where numbers are missing.
  package func stream<Element: NPYElement>(
    _ name: String, of type: Element.Type, shape: [Int], in checkpoints: CheckpointFolder,
    after former: (count: Int, sum: UInt32)?
  ) throws(FileError) -> NPYStream<Element> {
    precondition(isOpen, "the folder \(path) is already committed or discarded")
    try checkIsNoFolder(name)
    return try checkpoints.stream(name, of: type, shape: shape, after: former) { [unowned self] in
      take(name, from: checkpoints)
    }
  }

  /// Begins an NPY file of so many numbers, which waits for `commit` once it is finished.
  ///
  /// - Throws: `FileError`, `unwritable`.
  public func stream<Element: NPYElement>(
    _ name: String, of type: Element.Type, shape: [Int]
  ) throws(FileError) -> NPYStream<Element> {
    try NPYStream(try begin(name), shownAs: "\(path)/\(name)", shape: shape) { [unowned self] in add(name) }
  }
}

extension CheckpointFolder {
  /// Begins an NPY file, or goes on with it.
  ///
  /// - Parameters:
  ///   - former: The numbers that it has already, of a run that goes on, and their sum; nil for a new one.
  ///   - whenWhole: Called once it is finished.
  /// - Throws: `FileError`, `unwritable`, or `malformed` where numbers are missing.
  package func stream<Element: NPYElement>(
    _ name: String, of type: Element.Type, shape: [Int], after former: (count: Int, sum: UInt32)?,
    whenWhole: @escaping () -> Void = {}
  ) throws(FileError) -> NPYStream<Element> {
    let descriptor = try begin(name, isNew: former == nil)
    let shown = "\(path)/\(name)"
    guard let former else {
      return try NPYStream(descriptor, shownAs: shown, shape: shape, whenWhole: whenWhole)
    }
    return try NPYStream(
      resuming: descriptor, shownAs: shown, shape: shape, after: former.count, sum: former.sum,
      whenWhole: whenWhole)
  }
}
