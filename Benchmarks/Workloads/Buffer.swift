/// Memory that lives as long as the closure which uses it.
final class Buffer<Element> {
  let start: UnsafeMutablePointer<Element>
  let count: Int

  init(_ count: Int, of value: (Int) -> Element) {
    self.count = count
    start = .allocate(capacity: max(count, 1))
    for index in 0..<count { (start + index).initialize(to: value(index)) }
  }

  convenience init(_ count: Int, _ value: Element) { self.init(count) { _ in value } }

  deinit { start.deinitialize(count: count).deallocate() }
}

/// Numbers between −1 and 1 without a pattern that a processor could learn: the fraction of multiples of the golden ratio.
func spread(_ index: Int) -> Double {
  let product = 0.6180339887498949 * Double(index + 1)
  return 2 * (product - product.rounded(.down)) - 1
}
