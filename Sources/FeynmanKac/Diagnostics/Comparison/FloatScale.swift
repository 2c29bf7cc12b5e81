extension SampleSet {
  /// Two sets in a unit in which squares of their coordinates are floats, and how many of their own units that is. A power of
  /// two, so that nothing is rounded; 1 for coordinates of ordinary size.
  static func inFloatRange(_ first: SampleSet, _ second: SampleSet) -> (SampleSet, SampleSet, unit: Double) {
    var largest: Float = 0
    for set in [first, second] {
      for value in set.values { largest = max(largest, abs(value)) }
    }
    guard largest > 0x1p40 || (largest > 0 && largest < 0x1p-40) else { return (first, second, 1) }
    let unit = largest.binade
    return (first.divided(by: unit), second.divided(by: unit), Double(unit))
  }

  private func divided(by unit: Float) -> SampleSet {
    SampleSet(
      checked: values.map { $0 / unit }, dimensions: dimensions, weights: weights, isWeighted: isWeighted)
  }
}
