import Synchronization

/// Writes the checkpoints of one run.
final class RunCheckpoints {
  private let rule: CheckpointRule
  private var folder: CheckpointFolder?
  private let digest: UInt32
  private let clock = ContinuousClock()
  /// The number of the next one.
  private var number: Int
  private let isNew: Bool
  /// Other processes write the state of the other islands.
  private let isShared: Bool
  private let hasLevels: Bool
  private var last: ContinuousClock.Instant

  /// - Parameters:
  ///   - isShared: Other processes write the state of the other islands.
  ///   - hasLevels: What the reports of all islands are made of is in it.
  ///   - former: The one that the run goes on from.
  /// - Throws: `SetupError` for an interval that is none.
  init(_ rule: CheckpointRule, digest: UInt32, isShared: Bool, hasLevels: Bool, after former: Checkpoint?)
    throws
  {
    switch rule.interval {
    case .steps(let steps) where steps < 1:
      throw SetupError("checkpoints", "\(steps) steps; give a whole number from 1 on")
    case .seconds(let seconds) where !(seconds >= 0):
      throw SetupError("checkpoints", "\(seconds) seconds; give a number from 0 on")
    default: break
    }
    self.rule = rule
    self.digest = digest
    self.isShared = isShared
    self.hasLevels = hasLevels
    number = former.map { $0.number + 1 } ?? 0
    isNew = former == nil
    last = clock.now
  }

  /// Whether one is due after a step.
  func isDue(after step: Int) -> Bool {
    switch rule.interval {
    case .steps(let steps): step > 0 && step.isMultiple(of: steps)
    case .seconds(let seconds): (clock.now - last) / .seconds(1) >= seconds
    }
  }

  /// - Parameter body: Writes all of the run's state.
  /// - Throws: `FileError`, unwritable.
  func write(_ run: SamplingRun, _ body: (StateExchange) throws -> Void) throws {
    let folder = try folder ?? opened()
    try folder.write(number, firstIsland: run.plan.share.first) { state in
      let share = run.plan.share
      try CheckpointFile.write(
        state, run, share: share.islands, of: isShared ? 0..<share.total : share.islands,
        hasLevels: hasLevels,
        number: number, identity: rule.identity, digest: digest)
      try body(state)
    }
    number += 1
    last = clock.now
  }

  /// Waits as long for the next one as if this had been written.
  func skip() { last = clock.now }

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
