extension TrajectoryRow {
  /// The row of all processes that share a run, for the first of them.
  ///
  /// - Parameter counts: How many slots each process has.
  /// - Throws: `RankError` where another process has ended.
  package func joined(by ranks: any RankGroup, counts: [Int]) throws -> TrajectoryRow {
    // Slots may be none here, and their states are as long wherever there are some.
    let own = slots.isEmpty ? 0 : Int64(states.count / slots.count)
    let width = Int(clamping: try ranks.gather(own).max() ?? 0)
    return TrajectoryRow(
      index: index, step: step, slots: try ranks.collect(slots, counts: counts),
      parents: try ranks.collect(parents, counts: counts),
      states: try ranks.collect(states, counts: counts.map { $0 * width }),
      logWeights: try ranks.collect(logWeights, counts: counts))
  }
}
