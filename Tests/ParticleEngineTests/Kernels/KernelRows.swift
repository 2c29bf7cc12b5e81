/// Columns of particles between −2 and 2 for the kernels that move and weigh them.
struct KernelRows {
  let count: Int
  let dimensions: Int
  let states: [Float]
  let scores: [Float]
  let gradients: [Float]
  let points: [Float]
  let offsets: [Float]
  let normals: [Float]

  init(count: Int, dimensions: Int) {
    var seed = SeededWords(state: UInt64(count * 131 + dimensions))
    func fill(_ count: Int) -> [Float] { (0..<count).map { _ in seed.float() } }
    self.count = count
    self.dimensions = dimensions
    states = fill(count * dimensions)
    scores = fill(count * dimensions)
    gradients = fill(count * dimensions)
    points = fill(count * dimensions)
    offsets = fill(dimensions)
    normals = fill(count * dimensions)
  }
}

struct SeededWords {
  var state: UInt64
  /// From −2 to 2.
  mutating func float() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Double(state >> 11) * 0x1p-51 - 2)
  }
}
