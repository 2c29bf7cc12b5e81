extension Reward {
  /// `r` at some points, in nats, `[n]`, with memory of its own: for checks beside a run.
  ///
  /// - Parameters:
  ///   - points: `x`, row-major `[n, dimensions]`, in data coordinates.
  ///   - dimensions: `d`, the length of a row.
  /// - Throws: whatever the reward throws.
  package func values(at points: [Float], dimensions: Int) throws -> [Double] {
    guard !points.isEmpty else { return [] }
    let count = points.count / dimensions
    var values = [Double](repeating: 0, count: count)
    var gradients = [Float](repeating: 0, count: points.count)
    let size = 4 * workspaceSize(rows: count, dimensions: dimensions) + 64
    let workspace = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
    defer { workspace.deallocate() }
    try points.withUnsafeBufferPointer { points in
      try values.withUnsafeMutableBufferPointer { values in
        try gradients.withUnsafeMutableBufferPointer { gradients in
          try evaluate(
            RewardBatch(
              count: count, dimensions: dimensions, states: points.baseAddress!, values: values.baseAddress!,
              gradients: gradients.baseAddress!, workspace: workspace.bindMemory(to: Float.self)))
        }
      }
    }
    return values
  }
}
