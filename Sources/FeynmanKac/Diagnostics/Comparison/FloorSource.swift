/// Where two perfect sets come from.
public enum FloorSource: Sendable {
  /// Independent draws, as many as the sets have rows.
  case draws(ExactMixture)
  /// Rows of a set that is taken to be perfect, split at random. Where it has fewer than both sets together, each part
  /// has fewer rows.
  case pool(SampleSet)
  /// Both sets' own rows, dealt out at random to two sets as large as they: what they would score if they were draws of
  /// one distribution.
  ///
  /// Sets that do are as likely to score as any of their permutations, so they score above all of `R` floors with a chance
  /// of `1/(R+1)`. Weighted rows are dealt out with their weights, so that each part has the effective sample size of the
  /// set that it stands for.
  case permutation

  /// Two sets without a row in common; nil where there are not two rows to split.
  func pair(
    for sample: SampleSet, _ reference: SampleSet,
    using generator: inout some RandomNumberGenerator
  ) -> (SampleSet, SampleSet)? {
    switch self {
    case .draws(let mixture):
      return (
        mixture.draws(sample.count, using: &generator), mixture.draws(reference.count, using: &generator)
      )
    case .pool(let set):
      guard set.count >= 2 else { return nil }
      let firstCount = min(sample.count, set.count / 2)
      let secondCount = min(reference.count, set.count - firstCount)
      return Self.split(set, firstCount, secondCount, using: &generator)
    case .permutation:
      guard let pool = SampleSet(pooling: sample, reference) else { return nil }
      // For sets that are not weighted the first one's number of rows.
      let sizes = (sample.effectiveSampleSize, reference.effectiveSampleSize)
      let share = Double(pool.count) * sizes.0 / (sizes.0 + sizes.1)
      let firstCount = max(1, min(pool.count - 1, Int(clamping: share.rounded())))
      return Self.split(pool, firstCount, pool.count - firstCount, using: &generator)
    }
  }

  private static func split(
    _ set: SampleSet, _ firstCount: Int, _ secondCount: Int, using generator: inout some RandomNumberGenerator
  ) -> (SampleSet, SampleSet) {
    var rows = Array(0..<set.count)
    rows.shuffle(using: &generator)
    return (
      set.selecting(rows[..<firstCount]), set.selecting(rows[firstCount..<firstCount + secondCount])
    )
  }
}

extension SampleSet {
  /// The rows of two sets that count at all, each set as a whole by its effective sample size: that is what makes the
  /// effective size of both together the sum of theirs. Nil where there are not two such rows.
  fileprivate init?(pooling first: SampleSet, _ second: SampleSet) {
    var values: [Float] = []
    var weights: [Double] = []
    values.reserveCapacity(first.values.count + second.values.count)
    for set in [first, second] {
      let size = set.effectiveSampleSize
      for row in 0..<set.count where set.weights[row] > 0 {
        values.append(contentsOf: set.values[row * set.dimensions..<(row + 1) * set.dimensions])
        weights.append(set.isWeighted ? size * set.weights[row] : 1)
      }
    }
    guard weights.count >= 2 else { return nil }
    self.init(
      checked: values, dimensions: first.dimensions, weights: weights,
      isWeighted: first.isWeighted || second.isWeighted)
  }
}
