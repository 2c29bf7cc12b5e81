/// SplitMix64: good enough for tests and seeded by any number.
struct SeededBits: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}

/// The same bits for ever: all ones give `1 − 2⁻⁵³`, all zeros give 0.
struct ConstantBits: RandomNumberGenerator {
  let bits: UInt64

  mutating func next() -> UInt64 { bits }
}
