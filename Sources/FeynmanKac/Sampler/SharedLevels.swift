/// The records of islands that several processes share, level after level.
///
/// Processes hand them around for some levels at once: as many as take about half a second, so that one that is ahead by milliseconds waits
/// for nobody.
final class SharedLevels {
  /// Seconds of the levels that are handed around together.
  private static let seconds = 0.5
  private static let mostLevels = 256
  /// Bytes of the records of all islands that are handed around together, where they are of more than one level.
  private static let mostBytes = 1 << 20
  /// Bytes of the rows of a trajectory that wait for the log-weights of all, over all processes.
  private static let mostRowBytes = 1 << 26

  private let ranks: any RankGroup
  private let share: IslandShare
  /// The most levels together.
  private let capacity: Int
  /// Records of this process that nobody else knows yet, `[levels, islands]`.
  private var own: [IslandRecord] = []
  /// What was handed around last, `[islands of the run, levels]`.
  private let all: UnsafeMutableBufferPointer<IslandRecord>
  /// The levels of these.
  private var levels = 0..<0
  /// The level at which all hand around what they have; nil for the next.
  private var due: Int?
  private let watch = Stopwatch()
  /// When that was, by the watch.
  private var lastTime = 0.0

  init(_ ranks: any RankGroup, _ plan: RunPlan) {
    let share = plan.population.share
    (self.ranks, self.share) = (ranks, share)
    let level = share.total * MemoryLayout<IslandRecord>.stride
    let waiting = plan.trajectory.map {
      let row = $0.slotCount.multipliedSaturating(by: plan.dimensions * 4 + 12)
      return $0.everySteps.multipliedSaturating(by: max(1, Self.mostRowBytes / row))
    }
    capacity = max(1, min(Self.mostLevels, Self.mostBytes / level, waiting ?? Self.mostLevels))
    own.reserveCapacity(capacity * share.count)
    all = .allocate(capacity: capacity * share.total)
  }

  deinit { all.deallocate() }

  /// Takes the records of the next level.
  ///
  /// - Parameter record: Of an island of this process.
  func add(_ level: Int, _ record: (Int) -> IslandRecord) {
    if own.isEmpty { levels = level..<level }
    levels = levels.lowerBound..<level + 1
    for island in 0..<share.count { own.append(record(island)) }
  }

  func isDue(_ level: Int) -> Bool { level >= due ?? 0 }

  /// Hands around what there is since the last time. All processes come here at the same level.
  ///
  /// - Returns: The levels, and what all processes do now: the most that any wants.
  /// - Throws: `RankError` where another process has ended.
  func handAround(_ wish: IslandRecord.Wish) throws -> (levels: Range<Int>, asked: IslandRecord.Wish) {
    let count = levels.count
    let pause = pause(after: count)
    for island in 0..<share.count {
      for level in 0..<count {
        var record = own[level * share.count + island]
        (record.wish, record.pause) = (wish, pause)
        all[(share.first + island) * count + level] = record
      }
    }
    own.removeAll(keepingCapacity: true)
    try ranks.gather(all.baseAddress!, count: share.total * count)
    lastTime = watch.seconds
    let last = stride(from: count - 1, to: share.total * count, by: count).lazy.map { self.all[$0] }
    due = levels.upperBound - 1 + Int(clamping: last.reduce(Int32.max) { min($0, $1.pause) })
    return (levels, last.reduce(.none) { $0.rawValue < $1.wish.rawValue ? $1.wish : $0 })
  }

  /// Steps to the next time, as this process sees it: at most twice as many as to this one, as a step may take longer than those before it.
  private func pause(after count: Int) -> Int32 {
    let each = (watch.seconds - lastTime) / Double(count)
    let fitting = each > 0 ? Int(clamping: Self.seconds / each) : capacity
    return Int32(clamping: max(1, min(fitting, 2 * count, capacity)))
  }

  /// Copies the records of all islands at a level that was handed around last.
  func copy(_ level: Int, to records: UnsafeMutableBufferPointer<IslandRecord>) {
    for island in 0..<share.total {
      records[island] = all[island * levels.count + level - levels.lowerBound]
    }
  }
}
