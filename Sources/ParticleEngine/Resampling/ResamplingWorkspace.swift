/// Memory that a resampler reuses from call to call: nothing is allocated once it has grown to a run's size.
public struct ResamplingWorkspace: Sendable {
  private var indices: [Int32] = []
  private var numbers: [Double] = []

  /// A workspace that owns no memory yet.
  public init() {}

  /// Lends memory of unspecified content for the length of the call.
  ///
  /// - Parameters:
  ///   - indexCount: The length of the first buffer.
  ///   - numberCount: The length of the second buffer.
  ///   - body: What needs the memory; it must not keep it.
  public mutating func withMemory<Result>(
    indices indexCount: Int, numbers numberCount: Int,
    _ body: (UnsafeMutableBufferPointer<Int32>, UnsafeMutableBufferPointer<Double>) -> Result
  ) -> Result {
    if indices.count < indexCount { indices = Array(repeating: 0, count: indexCount) }
    if numbers.count < numberCount { numbers = Array(repeating: 0, count: numberCount) }
    return indices.withUnsafeMutableBufferPointer { indices in
      numbers.withUnsafeMutableBufferPointer { numbers in
        body(.init(rebasing: indices[..<indexCount]), .init(rebasing: numbers[..<numberCount]))
      }
    }
  }
}
