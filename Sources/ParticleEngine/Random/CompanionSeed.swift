/// The seed of a run that goes with another, from that one's seed: the last word of the counter is one that no stream has.
package enum CompanionSeed {
  /// A round of a pilot, by its number.
  case pilot(round: UInt32)
  /// A pair of runs that tells the step-size error.
  case pair
  /// Plain samples of the models.
  case plain

  package func seed(from seed: UInt64) -> UInt64 {
    let counter: (UInt32, UInt32) =
      switch self {
      case .pilot(let round): (round, .max - 1)
      case .pair: (0, .max - 2)
      case .plain: (0, .max - 3)
      }
    let words = PhiloxGenerator.words(counter: (counter.0, 0, 0, counter.1), key: seed)
    return UInt64(words.1) << 32 | UInt64(words.0)
  }
}
