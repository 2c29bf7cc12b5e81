import Libc

/// An NPY file of our own that is read row by row, so that memory never holds all of it.
package final class NPYRows<Element: NPYElement> {
  /// The length of each axis, the first that of the rows.
  package let shape: [Int]
  private let path: String
  private let descriptor: CInt
  /// Where the numbers begin.
  private let start: Int

  /// - Parameter rows: How many there have to be, of a file that is still written; nil for all.
  /// - Throws: `FileError`, missing, or malformed where it is no such file of this type.
  package init(_ path: String, first rows: Int? = nil) throws(FileError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileError(errno == ENOENT ? .missing : .malformed, path, FileBytes.systemReason())
    }
    var status = stat()
    do throws(FileError) {
      guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw FileError(.malformed, path, "is no regular file")
      }
      let head = try Self.bytes(descriptor, path, from: 0, count: min(4096, Int(clamping: status.st_size)))
      let (header, end): (NPYHeader, Int)
      do throws(NPYProblem) {
        (header, end) = try NPYHeader.read(head)
        let there = Int(clamping: status.st_size) - end
        if let rows {
          let size = ([rows, MemoryLayout<Element>.stride] + header.shape.dropFirst()).clampedProduct
          guard there >= size else { throw NPYProblem("holds fewer than \(rows) rows") }
        } else {
          try header.check(there)
        }
      } catch { throw FileError(.malformed, path, error.sentence) }
      guard header.number.rawValue == Element.npyType, !header.isBigEndian, !header.isFortranOrder,
        !header.shape.isEmpty
      else { throw FileError(.malformed, path, "is not as fkc writes it") }
      (shape, start) = (header.shape, end)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// The numbers of a row.
  ///
  /// - Throws: `FileError`, malformed.
  package func row(_ index: Int) throws(FileError) -> [Element] {
    let count = Array(shape.dropFirst()).clampedProduct
    let size = count * MemoryLayout<Element>.stride
    let bytes = try Self.bytes(descriptor, path, from: start + index * size, count: size)
    return bytes.withUnsafeBytes { bytes in
      (0..<count).map {
        bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.stride, as: Element.self)
      }
    }
  }

  private static func bytes(_ file: CInt, _ path: String, from place: Int, count: Int) throws(FileError)
    -> [UInt8]
  {
    var reason: String?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      while filled < count {
        let read = pread(file, buffer.baseAddress! + filled, count - filled, off_t(place + filled))
        if read < 0, errno == EINTR { continue }
        guard read > 0 else {
          reason = read == 0 ? "ends too early" : FileBytes.systemReason()
          return
        }
        filled += read
      }
    }
    if let reason { throw FileError(.malformed, path, reason) }
    return bytes
  }
}
