/// Numbers of a network that stay where they are for as long as it lives, so that hot loops hold plain pointers to them
/// and count no references.
///
/// Unchecked: written only while the network is made.
final class WeightStore: @unchecked Sendable {
  private var blocks: [UnsafeMutableRawPointer] = []

  /// A copy of the numbers, valid as long as the store.
  func add(_ numbers: [Float]) -> UnsafePointer<Float> {
    let block = UnsafeMutableRawPointer.allocate(byteCount: max(4 * numbers.count, 64), alignment: 64)
    blocks.append(block)
    let values = block.bindMemory(to: Float.self, capacity: max(numbers.count, 1))
    values.initialize(from: numbers, count: numbers.count)
    return UnsafePointer(values)
  }

  /// A copy of the numbers, valid as long as the store.
  func add(_ numbers: [Int32]) -> UnsafePointer<Int32> {
    let block = UnsafeMutableRawPointer.allocate(byteCount: max(4 * numbers.count, 64), alignment: 64)
    blocks.append(block)
    let values = block.bindMemory(to: Int32.self, capacity: max(numbers.count, 1))
    values.initialize(from: numbers, count: numbers.count)
    return UnsafePointer(values)
  }

  deinit { for block in blocks { block.deallocate() } }
}
