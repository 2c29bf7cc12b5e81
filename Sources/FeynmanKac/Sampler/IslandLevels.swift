/// What the reports of a run's levels are made of: the records of islands, those of this process or of all that share the run.
///
/// A process that samples islands for a result that others have a part in keeps them of all levels.
final class IslandLevels {
  private let plan: RunPlan
  private let current: UnsafeMutableBufferPointer<IslandRecord>
  /// What processes hand around; nil where nobody has other islands.
  private let shared: SharedLevels?
  /// The records of all levels so far, `[levels, islands]`; empty where they are not kept.
  private var kept: [IslandRecord] = []
  let areKept: Bool

  /// - Parameters:
  ///   - ranks: The processes that have the other islands; nil where nobody has.
  ///   - areKept: The records of all levels are wanted.
  init(_ plan: RunPlan, _ ranks: (any RankGroup)?, areKept: Bool) {
    let share = plan.population.share
    self.plan = plan
    self.areKept = areKept
    shared = ranks.map { SharedLevels($0, plan) }
    current = .allocate(capacity: ranks == nil ? share.count : share.total)
    current.initialize(
      repeating: IslandRecord(state: IslandState(uniqueAncestors: plan.islandParticles)))
    if areKept { kept.reserveCapacity((plan.steps + 1) * plan.islands) }
  }

  deinit { current.deallocate() }

  /// The records of the level that was looked at last.
  var records: IslandRecords { IslandRecords(UnsafeBufferPointer(current), plan) }

  /// The records of a level that ``record(_:at:isMet:wish:)`` has returned.
  func records(at level: Int) -> IslandRecords {
    shared?.copy(level, to: current)
    return records
  }

  /// Takes the records of a level that the run has come to.
  ///
  /// - Parameters:
  ///   - isMet: All processes stop here.
  ///   - wish: What this process wants to do soon.
  /// - Returns: The levels whose records of all islands are known from now on, and what all processes do now: the most that any wants.
  /// - Throws: `RankError` where another process has ended.
  func record(_ run: SamplingRun, at level: Int, isMet: Bool, wish: IslandRecord.Wish) throws
    -> (levels: Range<Int>, asked: IslandRecord.Wish)
  {
    guard let shared else {
      for island in 0..<plan.islands { current[island] = run.record(ofIsland: island, at: level) }
      if areKept { kept += current }
      return (level..<level + 1, wish)
    }
    shared.add(level) { run.record(ofIsland: $0, at: level) }
    guard isMet || shared.isDue(level) else { return (level..<level, .none) }
    return try shared.handAround(wish)
  }

  /// Writes the records of a level, or reads them back as the last.
  ///
  /// - Throws: `FileError` of the checkpoint.
  func exchange(_ state: StateExchange, at level: Int) throws {
    let count = plan.islands
    if state.isReading {
      try state.islands("level \(level)", current.baseAddress!, count: count, of: count)
      guard current.allSatisfy({ $0.state.isOf(plan.population) }) else {
        throw FileError(.malformed, "checkpoint", "has counts of level \(level) that no run comes to")
      }
      if areKept { kept += current }
    } else {
      try kept.withUnsafeMutableBufferPointer {
        try state.islands("level \(level)", $0.baseAddress! + level * count, count: count, of: count)
      }
    }
  }
}
