/// When a run writes a checkpoint, and where.
public struct CheckpointRule: Sendable {
  /// How much of a run may be lost.
  public enum Interval: Sendable, Equatable {
    /// After so many steps each, at least 1.
    case steps(Int)
    /// After the first step that ends so many seconds after the last checkpoint.
    case seconds(Double)
    /// Intervals that leave 98 % of the time to the run, by what the last one took to write, and are at least a second.
    case automatic
  }

  /// A folder for nothing else; it is made where there is none. It holds the last two checkpoints.
  public var folder: String
  /// After how much of a run the next one is due.
  public var interval: Interval
  /// Anything that says which run this is, for a caller to compare with ``Checkpoint/identity``: of models and rewards nothing else in a checkpoint
  /// tells.
  public var identity: String
  /// What an earlier process has found out before its first step, and left in the folder, is that of this very run: ``identity`` tells.
  package var hasNotes = false

  /// - Parameters:
  ///   - folder: Absolute, or from the current one.
  ///   - identity: Nothing by default. The sampler's own figures are compared in any case.
  public init(folder: String, interval: Interval = .automatic, identity: String = "") {
    self.folder = folder
    self.interval = interval
    self.identity = identity
  }

  /// Where a run keeps what it finds out before its first step.
  ///
  /// - Parameters:
  ///   - isFirst: Of the processes that share the run.
  ///   - digest: That of the plan as far as it is known.
  func notes(isFirst: Bool, digest: UInt32, seed: UInt64, by watch: Stopwatch) -> PreparationNotes {
    let pause: Double? = if case .seconds(let seconds) = interval { seconds } else { nil }
    return PreparationNotes(
      in: folder, isRead: hasNotes, isWritten: isFirst, identity: "\(digest) \(seed)\n\(identity)",
      pause: pause,
      by: watch)
  }
}
