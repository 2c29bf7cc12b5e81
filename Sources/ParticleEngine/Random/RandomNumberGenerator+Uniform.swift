extension RandomNumberGenerator {
  /// A number in `[0, 1)`, uniform on the multiples of 2⁻⁵³.
  ///
  /// All 53 bits of a `Double` below 1 are random, so that 1 is never returned: the standard library's
  /// `Double.random(in:)` gives no promise of how it uses the generator, and results must not change with it.
  @inlinable
  package mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number in `(0, 1)`, uniform on the odd multiples of 2⁻⁵³: neither 0 nor 1, for logarithms.
  @inlinable
  package mutating func openUniform() -> Double {
    Double(next() >> 12) * 0x1p-52 + 0x1p-53
  }
}
