/// The memory of a run: allocated before the first step, freed together, and countable without allocating.
///
/// Unchecked: it is filled by one thread before the others begin, and not touched after.
final class Arena: @unchecked Sendable {
  /// Bytes asked for so far.
  private(set) var bytes = 0
  private let isCountingOnly: Bool
  /// Every block's size.
  private var sizes: [UnsafeMutableRawPointer: Int] = [:]

  init(countingOnly: Bool = false) { isCountingOnly = countingOnly }

  deinit {
    for (block, size) in sizes { free(block, size) }
  }

  /// Zeroed memory on a cache line of its own. When only counting, a pointer that must not be used.
  func allocate<Element: BitwiseCopyable>(_ type: Element.Type, _ count: Int) -> UnsafeMutablePointer<Element>
  {
    let size = max(count, 1) * MemoryLayout<Element>.stride
    bytes += size
    if isCountingOnly { return UnsafeMutablePointer(bitPattern: 64)! }
    let block = size < LargePages.leastBytes ? Self.zeroed(size) : LargePages.map(size)
    sizes[block] = size
    return block.bindMemory(to: type, capacity: max(count, 1))
  }

  /// Frees memory before the rest.
  func release(_ block: UnsafeMutableRawPointer) {
    if let size = sizes.removeValue(forKey: block) { free(block, size) }
  }

  /// As above where `isNeeded`, else nil.
  func allocate<Element: BitwiseCopyable>(
    _ type: Element.Type, _ count: Int, if isNeeded: Bool
  ) -> UnsafeMutablePointer<Element>? {
    isNeeded ? allocate(type, count) : nil
  }

  private func free(_ block: UnsafeMutableRawPointer, _ size: Int) {
    if size < LargePages.leastBytes { block.deallocate() } else { LargePages.unmap(block, size) }
  }

  private static func zeroed(_ size: Int) -> UnsafeMutableRawPointer {
    let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    return block
  }
}
