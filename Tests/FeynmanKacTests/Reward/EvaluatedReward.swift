import FeynmanKac

/// A reward's answer to one row at a time, in memory of exactly the size that it asks for.
struct EvaluatedReward {
  let value: Double
  let gradient: [Double]

  init(_ reward: some Reward, at row: [Double], variance: Double = 0, isGaussian: Bool = false) throws {
    self = try Self.all(reward, at: [row], variance: variance, isGaussian: isGaussian)[0]
  }

  private init(value: Double, gradient: [Double]) {
    self.value = value
    self.gradient = gradient
  }

  /// The answers to several rows in one batch.
  static func all(
    _ reward: some Reward, at rows: [[Double]], variance: Double = 0, isGaussian: Bool = false
  ) throws -> [Self] {
    let width = rows[0].count
    let states = rows.joined().map { Float($0) }
    var values = [Double](repeating: .nan, count: rows.count)
    var gradients = [Float](repeating: .nan, count: states.count)
    let size = reward.workspaceSize(rows: rows.count, dimensions: width)
    let workspace = UnsafeMutableRawPointer.allocate(byteCount: max(64, 4 * size), alignment: 64)
    defer { workspace.deallocate() }
    let floats = workspace.bindMemory(to: Float.self, capacity: max(16, size))
    for i in 0..<size { floats[i] = .nan }
    try values.withUnsafeMutableBufferPointer { values in
      try gradients.withUnsafeMutableBufferPointer { gradients in
        try reward.evaluate(
          RewardBatch(
            count: rows.count, dimensions: width, states: states, variance: variance,
            isGaussian: isGaussian, values: values.baseAddress!, gradients: gradients.baseAddress!,
            workspace: UnsafeMutableBufferPointer(start: floats, count: size)))
      }
    }
    return rows.indices.map { row in
      Self(
        value: values[row], gradient: gradients[row * width..<(row + 1) * width].map { Double($0) })
    }
  }
}
