/// All that one island takes along, in memory, in the order in which it is listed.
final class IslandLetter {
  private(set) var bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8] = []) { self.bytes = bytes }

  func append(_ more: UnsafeRawBufferPointer) { bytes += more }

  /// Reads on.
  func read(into buffer: UnsafeMutableRawBufferPointer) {
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[place..<place + buffer.count]))
    }
    place += buffer.count
  }

  /// Begins again at the first byte.
  func rewind() { place = 0 }
}
