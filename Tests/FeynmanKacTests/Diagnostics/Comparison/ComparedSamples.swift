import FeynmanKac

/// Two point sets that Python makes with the same bits: fractions of multiples of four irrational numbers.
enum ComparedSamples {
  private static let steps = [0.7548776662466927, 0.5698402909980532, 0.8191725133961645, 0.6710436067037893]

  static func fraction(_ index: Int, _ step: Double) -> Double {
    let product = Double(index) * step
    return product - product.rounded(.down)
  }

  /// Uniform on [0, 4)².
  static func first(_ count: Int, weighted: Bool = false) throws -> SampleSet {
    let values = (1...count).flatMap {
      [Float(4 * fraction($0, steps[0])), Float(4 * fraction($0, steps[1]))]
    }
    let logWeights = (1...count).map { 2 * fraction($0, 0.3819660112501051) }
    return try SampleSet(values, dimensions: 2, logWeights: weighted ? logWeights : nil)
  }

  /// On [1, 6) × [0, 5), denser at the left.
  static func second(_ count: Int) throws -> SampleSet {
    let values = (1...count).flatMap { index in
      let square = fraction(index, steps[2]) * fraction(index, steps[2])
      return [Float(1 + 5 * square), Float(5 * fraction(index, steps[3]))]
    }
    return try SampleSet(values, dimensions: 2)
  }

  static func column(_ column: Int, of set: SampleSet) -> [Double] {
    (0..<set.count).map { Double(set.values[$0 * set.dimensions + column]) }
  }
}

/// SplitMix64, so that these tests do not lean on the library's own random numbers.
struct TestGenerator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
