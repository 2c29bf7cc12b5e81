/// A few particles that stand for all.
enum WeightedPicks {
  /// Particles evenly along the sum of the weights: the same ones at every call.
  ///
  /// - Parameter weights: Normalised.
  static func picks(_ weights: [Double], _ count: Int) -> [Int] {
    var picks: [Int] = []
    var sum = 0.0
    for (particle, weight) in weights.enumerated() {
      sum += weight
      while picks.count < count, (Double(picks.count) + 0.5) / Double(count) < sum { picks.append(particle) }
    }
    // Rounding may leave the sum a hair below one.
    let last = weights.lastIndex { $0 > 0 } ?? 0
    while picks.count < count { picks.append(last) }
    return picks
  }
}
