import Libc

/// The memory of a run: allocated before the first step, freed together, and countable without allocating.
///
/// Once the system has refused some of it, the rest is counted only: whoever fills an arena asks `isRefused` before the
/// memory is used.
///
/// Unchecked: it is filled by one thread before the others begin, and not touched after.
package final class Arena: @unchecked Sendable {
  /// Bytes asked for so far.
  package private(set) var bytes = 0
  /// What they take beyond that: alignment and the allocator's own, and the place in `sizes`.
  package private(set) var overhead = 0
  private var isCountingOnly: Bool
  /// Whether the system did not give all that was asked for.
  package private(set) var isRefused = false
  /// Every block's size.
  private var sizes: [UnsafeMutableRawPointer: Int] = [:]

  package init(countingOnly: Bool = false) { isCountingOnly = countingOnly }

  deinit {
    for (block, size) in sizes { free(block, size) }
  }

  /// Zeroed memory on a cache line of its own. When only counting, a pointer that must not be used.
  package func allocate<Element: BitwiseCopyable>(_ type: Element.Type, _ count: Int) -> UnsafeMutablePointer<
    Element
  > {
    let size = max(count, 1).multipliedSaturating(by: MemoryLayout<Element>.stride)
    bytes = bytes.addingSaturating(size)
    overhead += 144
    if isCountingOnly { return UnsafeMutablePointer(bitPattern: 64)! }
    guard let block = size < LargePages.leastBytes ? Self.zeroed(size) : LargePages.map(size) else {
      isRefused = true
      isCountingOnly = true
      return UnsafeMutablePointer(bitPattern: 64)!
    }
    sizes[block] = size
    return block.bindMemory(to: type, capacity: max(count, 1))
  }

  /// Frees memory before the rest.
  package func release(_ block: UnsafeMutableRawPointer) {
    if let size = sizes.removeValue(forKey: block) { free(block, size) }
  }

  /// The same memory where `isNeeded`, else nil.
  package func allocate<Element: BitwiseCopyable>(
    _ type: Element.Type, _ count: Int, if isNeeded: Bool
  ) -> UnsafeMutablePointer<Element>? {
    isNeeded ? allocate(type, count) : nil
  }

  private func free(_ block: UnsafeMutableRawPointer, _ size: Int) {
    if size < LargePages.leastBytes { Libc.free(block) } else { LargePages.unmap(block, size) }
  }

  /// Zeroed memory; nil where there is none: Swift's own allocation would end the process.
  private static func zeroed(_ size: Int) -> UnsafeMutableRawPointer? {
    var block: UnsafeMutableRawPointer?
    guard posix_memalign(&block, 64, size) == 0, let block else { return nil }
    memset(block, 0, size)
    return block
  }
}
