/// Numbers of a network that stay where they are for as long as it lives.
///
/// Unchecked: written only while it is made.
final class Weights: @unchecked Sendable {
  let values: UnsafeMutablePointer<Float>
  let count: Int

  init(_ numbers: [Float]) {
    count = numbers.count
    values = UnsafeMutableRawPointer.allocate(byteCount: max(4 * count, 4), alignment: 64)
      .bindMemory(to: Float.self, capacity: max(count, 1))
    values.initialize(from: numbers, count: count)
  }

  deinit { UnsafeMutableRawPointer(values).deallocate() }
}
