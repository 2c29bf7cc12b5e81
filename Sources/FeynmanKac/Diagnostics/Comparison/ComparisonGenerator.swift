/// Random numbers of a comparison: a sequence for each (seed, purpose, repetition), the same on every machine.
///
/// A comparison draws a few thousand numbers, one after the other, so a small sequential generator serves: SplitMix64,
/// a counter with a strong mixing function, which takes every seed and has period 2⁶⁴.
///
/// - Source: Steele, Lea & Flood 2014, Fig. 15, with the mixing constants of its variant 13.
struct ComparisonGenerator: RandomNumberGenerator {
  /// What the numbers are for; sequences of different purposes do not meet.
  enum Purpose: UInt64 {
    case transport = 1
    case kernel
    case floor
  }

  private var state: UInt64

  init(seed: UInt64, purpose: Purpose, repetition: Int = 0) {
    state = seed
    state = next() ^ purpose.rawValue
    state = next() ^ UInt64(repetition)
    state = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
