/// The random numbers of one part of a comparison: a stream for each repetition, repetition 0 being the comparison
/// itself and the others its floor's.
enum ComparisonStream: Int {
  case transportSubsets
  case kernelSubsets
  case perfectSets

  func generator(seed: UInt64, repetition: Int) -> PhiloxGenerator {
    PhiloxGenerator(StreamKey(seed: seed, island: repetition, step: rawValue, purpose: .output))
  }
}
