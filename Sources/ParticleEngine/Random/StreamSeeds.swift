/// Seeds for sequential generators, one a stream, all different.
///
/// Several generators of GSL reduce their seed modulo 2³¹ − 1, and most take 0 for a default of their own, so seeds lie
/// in `1 ... 2³¹ − 2`. Within them the seed of stream `i` is a permutation of `i`, chosen by the run's seed: four
/// Feistel rounds over 32 bits, walked along their cycle until the value is in range. Both are bijections, so that no
/// two streams meet, which random seeds would do from about 50,000 streams on.
package struct StreamSeeds: Sendable {
  /// The number of different seeds there are.
  package static let limit = (1 << 31) - 2

  private let keys: [UInt32]

  package init(seed: UInt64) {
    let words = PhiloxGenerator.words(counter: (0, 0, 0, .max), key: seed)
    keys = [words.0, words.1, words.2, words.3]
  }

  /// The seed of stream `i`, `0 ..< limit`.
  package subscript(stream: Int) -> UInt64 {
    precondition(stream >= 0 && stream < Self.limit, "stream \(stream) of at most \(Self.limit)")
    var value = UInt32(stream)
    repeat { value = permuted(value) } while value >= UInt32(Self.limit)
    return UInt64(value) + 1
  }

  private func permuted(_ value: UInt32) -> UInt32 {
    var (left, right) = (value >> 16, value & 0xffff)
    for key in keys {
      // Any function of the half will do for a bijection; this one mixes all its bits (Murmur's finisher).
      var mixed = right ^ key
      mixed = (mixed ^ mixed >> 16) &* 0x85eb_ca6b
      mixed = (mixed ^ mixed >> 13) &* 0xc2b2_ae35
      (left, right) = (right, left ^ (mixed >> 16))
    }
    return left << 16 | right
  }
}
