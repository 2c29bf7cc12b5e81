import Synchronization

/// Writes the checkpoints of one run.
final class RunCheckpoints {
  private let rule: CheckpointRule
  private var folder: CheckpointFolder?
  private let digest: UInt32
  private let watch: Stopwatch
  /// The number of the next one.
  private var number: Int
  private let isNew: Bool
  /// Other processes write the state of the other islands.
  private let isShared: Bool
  private let hasLevels: Bool
  /// When the last one was written, by the watch.
  private var last = 0.0
  /// Seconds to the next one where the interval is automatic.
  private var pause: Double

  /// - Parameters:
  ///   - isShared: Other processes write the state of the other islands.
  ///   - hasLevels: What the reports of all islands are made of is in it.
  ///   - former: The one that the run goes on from.
  ///   - watch: Made when the run began, before anything was found out for it.
  ///   - bytes: About how large one is.
  /// - Throws: `SetupError` for an interval that is none.
  init(
    _ rule: CheckpointRule, digest: UInt32, isShared: Bool, hasLevels: Bool, after former: Checkpoint?,
    watch: Stopwatch, bytes: Int
  ) throws {
    switch rule.interval {
    case .steps(let steps) where steps < 1:
      throw SetupError("checkpoints", "\(steps) steps; give a whole number from 1 on")
    case .seconds(let seconds) where !(seconds >= 0):
      throw SetupError("checkpoints", "\(seconds) seconds; give a number from 0 on")
    default: break
    }
    self.rule = rule
    self.digest = digest
    self.watch = watch
    self.isShared = isShared
    self.hasLevels = hasLevels
    number = former.map { $0.number + 1 } ?? 0
    isNew = former == nil
    pause = max(1, patience * Double(bytes) / Self.likelySpeed)
  }

  /// How many times as long as the last one took to write an automatic checkpoint is waited for. It begins low: a process that is killed every few
  /// seconds must come on.
  private var patience = 2.0
  private static let patienceGrowth = 5.0
  /// The most of it, which leaves 98 % of the time to the run.
  private static let mostPatience = 50.0
  /// Bytes a second of a disk that nothing was written to yet.
  private static let likelySpeed = 5e8
  /// Seconds after which it is tried again where one could not be written.
  private static let failurePause = 120.0

  /// Whether one is due after a step.
  func isDue(after step: Int) -> Bool {
    switch rule.interval {
    case .steps(let steps): step > 0 && step.isMultiple(of: steps)
    case .seconds(let seconds): watch.seconds - last >= seconds
    case .automatic: watch.seconds - last >= pause
    }
  }

  /// Whether every process that shares the run writes one after a step, as each of them knows by itself.
  func areMet(at step: Int) -> Bool {
    if case .steps = rule.interval { isDue(after: step) } else { false }
  }

  /// - Parameter body: Writes all of the run's state.
  /// - Throws: `FileError`, unwritable.
  func write(_ run: SamplingRun, _ body: (StateExchange) throws -> Void) throws {
    let begin = watch.seconds
    let folder = try folder ?? opened()
    try folder.write(number, firstIsland: run.plan.share.first) { state in
      let share = run.plan.share
      try CheckpointFile.write(
        state, run, share: share.islands, of: isShared ? 0..<share.total : share.islands,
        hasLevels: hasLevels,
        number: number, identity: rule.identity, digest: digest)
      try body(state)
    }
    if number == 0, !isShared { folder.removeNotes() }
    number += 1
    last = watch.seconds
    patience = min(Self.mostPatience, patience * Self.patienceGrowth)
    pause = max(1, patience * (last - begin))
  }

  /// Waits as long for the next one as if this had been written.
  func skip() {
    last = watch.seconds
    pause = Self.failurePause
  }

  /// What an earlier run left there is older than anything of this one, whatever its numbers say.
  private func opened() throws(FileError) -> CheckpointFolder {
    let made = try CheckpointFolder(making: rule.folder)
    // Among several processes the first has done so before the others began.
    if isNew, !isShared { made.removeStates() }
    folder = made
    return made
  }
}

/// Lets a run that is asked to end come to the end of its step, where a checkpoint can be written, unless that takes long.
final class EndingPatience: Sendable {
  /// How long, in seconds.
  private static let limit = 0.5
  private let asked = Mutex<ContinuousClock.Instant?>(nil)

  /// Whether the run is to end within its step.
  func isOver(_ endsRun: Bool) -> Bool {
    guard endsRun else { return false }
    let now = ContinuousClock().now
    return asked.withLock { asked in
      guard let first = asked else {
        asked = now
        return false
      }
      return (now - first) / .seconds(1) >= Self.limit
    }
  }
}
