/// Where two perfect sets come from.
public enum FloorSource: Sendable {
  /// Independent draws, as many as the sets have rows.
  case draws(ExactMixture)
  /// Rows of a set that is taken to be perfect, split at random. Where it has fewer than both sets together, each part
  /// has fewer rows.
  case pool(SampleSet)
  /// Rows of the reference, split at random.
  case referenceSplit

  /// Two sets without a row in common; nil where there are not two rows to split.
  func pair(
    for sample: SampleSet, _ reference: SampleSet,
    using generator: inout some RandomNumberGenerator
  ) -> (SampleSet, SampleSet)? {
    let pool: SampleSet
    switch self {
    case .draws(let mixture):
      return (
        mixture.draws(sample.count, using: &generator), mixture.draws(reference.count, using: &generator)
      )
    case .pool(let set): pool = set
    case .referenceSplit: pool = reference
    }
    guard pool.count >= 2 else { return nil }
    var rows = Array(0..<pool.count)
    rows.shuffle(using: &generator)
    let firstCount = min(sample.count, pool.count / 2)
    let secondCount = min(reference.count, pool.count - firstCount)
    let first = pool.selecting(rows[..<firstCount])
    let second = pool.selecting(rows[firstCount..<firstCount + secondCount])
    return (first, second)
  }
}
