/// The memory of a run: allocated before the first step, freed together, and countable without allocating.
///
/// Unchecked: it is filled by one thread before the others begin, and not touched after.
final class Arena: @unchecked Sendable {
  /// Bytes asked for so far.
  private(set) var bytes = 0
  private let isCountingOnly: Bool
  private var blocks: Set<UnsafeMutableRawPointer> = []

  init(countingOnly: Bool = false) { isCountingOnly = countingOnly }

  deinit {
    for block in blocks { block.deallocate() }
  }

  /// Zeroed memory on a cache line of its own. When only counting, a pointer that must not be used.
  func allocate<Element: BitwiseCopyable>(_ type: Element.Type, _ count: Int) -> UnsafeMutablePointer<Element>
  {
    let size = max(count, 1) * MemoryLayout<Element>.stride
    bytes += size
    if isCountingOnly { return UnsafeMutablePointer(bitPattern: 64)! }
    let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    blocks.insert(block)
    return block.bindMemory(to: type, capacity: max(count, 1))
  }

  /// Frees memory before the rest.
  func release(_ block: UnsafeMutableRawPointer) {
    if blocks.remove(block) != nil { block.deallocate() }
  }

  /// As above where `isNeeded`, else nil.
  func allocate<Element: BitwiseCopyable>(
    _ type: Element.Type, _ count: Int, if isNeeded: Bool
  ) -> UnsafeMutablePointer<Element>? {
    isNeeded ? allocate(type, count) : nil
  }
}
