internal import CKernels
import Libc

extension NPYStream {
  /// The CRC-32C of the first numbers of a file that a stream has written, at least in part.
  ///
  /// - Parameters:
  ///   - shape: The shape of the whole file.
  ///   - count: How many numbers.
  /// - Returns: Nil where the file cannot be read, has fewer, or does not begin as a file of that shape does.
  package static func sum(of path: String, shape: [Int], first count: Int) -> UInt32? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let header = NPYHeader(number: .init(rawValue: Element.npyType)!, shape: shape).bytes
    guard header.count <= chunk.count, fill(&chunk, header.count, from: descriptor),
      chunk[..<header.count].elementsEqual(header)
    else { return nil }
    var rest = count.multipliedSaturating(by: MemoryLayout<Element>.stride)
    var sum: UInt32 = 0
    while rest > 0 {
      let part = min(rest, chunk.count)
      guard fill(&chunk, part, from: descriptor) else { return nil }
      sum = chunk.withUnsafeBytes { fk_crc32c(sum, $0.baseAddress!, part) }
      rest -= part
    }
    return sum
  }

  /// Reads so many bytes; false where there are not so many.
  private static func fill(_ chunk: inout [UInt8], _ count: Int, from descriptor: CInt) -> Bool {
    chunk.withUnsafeMutableBytes { bytes in
      var filled = 0
      while filled < count {
        let read = read(descriptor, bytes.baseAddress! + filled, count - filled)
        if read < 0, errno == EINTR { continue }
        guard read > 0 else { return false }
        filled += read
      }
      return true
    }
  }
}
