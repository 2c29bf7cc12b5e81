/// What the reports of a run's levels are made of: the records of islands, those of this process or of all that share the run.
///
/// A process that samples islands for a result that others have a part in keeps them of all levels.
final class IslandLevels {
  private let plan: RunPlan
  private let current: UnsafeMutableBufferPointer<IslandRecord>
  /// Where those of this process begin.
  private let first: Int
  /// The records of all levels so far, `[levels, islands]`; empty where they are not kept.
  private var kept: [IslandRecord] = []
  let areKept: Bool

  /// - Parameters:
  ///   - areGathered: Every level has the records of other processes too.
  ///   - areKept: The records of all levels are wanted.
  init(_ plan: RunPlan, areGathered: Bool, areKept: Bool) {
    let share = plan.population.share
    self.plan = plan
    self.areKept = areKept
    first = areGathered ? share.first : 0
    current = .allocate(capacity: areGathered ? share.total : share.count)
    current.initialize(
      repeating: IslandRecord(state: IslandState(uniqueAncestors: plan.islandParticles)))
    if areKept { kept.reserveCapacity((plan.steps + 1) * plan.islands) }
  }

  deinit { current.deallocate() }

  /// The records of the last level.
  var records: IslandRecords { IslandRecords(UnsafeBufferPointer(current), plan) }

  private var own: UnsafeMutableBufferPointer<IslandRecord> {
    UnsafeMutableBufferPointer(rebasing: current[first..<first + plan.islands])
  }

  /// Takes the records of a level that the run has come to.
  ///
  /// - Parameter wish: What this process wants to do after the step.
  /// - Returns: What all do: the most that any wants.
  /// - Throws: `RankError` where another process has ended.
  func record(_ run: SamplingRun, at level: Int, _ ranks: (any RankGroup)?, wish: IslandRecord.Wish) throws
    -> IslandRecord.Wish
  {
    for island in 0..<plan.islands {
      current[first + island] = run.record(ofIsland: island, at: level)
      current[first + island].wish = wish
    }
    if areKept { kept += own }
    try ranks?.gather(current.baseAddress!, count: current.count)
    return current.reduce(.none) { $0.rawValue < $1.wish.rawValue ? $1.wish : $0 }
  }

  /// Writes the records of a level, or reads them back as the last.
  ///
  /// - Throws: `FileError` of the checkpoint.
  func exchange(_ state: StateExchange, at level: Int) throws {
    let count = plan.islands
    if state.isReading {
      try state.islands("level \(level)", own.baseAddress!, count: count, of: count)
      guard own.allSatisfy({ $0.state.isOf(plan.population) }) else {
        throw FileError(.malformed, "checkpoint", "has counts of level \(level) that no run comes to")
      }
      if areKept { kept += own }
    } else {
      try kept.withUnsafeMutableBufferPointer {
        try state.islands("level \(level)", $0.baseAddress! + level * count, count: count, of: count)
      }
    }
  }
}
