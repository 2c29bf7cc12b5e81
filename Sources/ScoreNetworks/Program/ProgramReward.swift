import FeynmanKac

/// A user's own reward, in any language, in processes of its own that answer over their standard input and output, as <doc:ProgramModels>
/// says. They end with the reward, as those of a ``ProgramNetwork`` do.
public final class ProgramReward: Reward {
  /// True where the program answers the gradient too.
  public let hasGradient: Bool
  /// `d`, the length of a row.
  public let dimensions: Int?
  private let pool: ProgramPool

  /// Starts the processes and waits until all are ready.
  ///
  /// - Parameters:
  ///   - command: The program, looked up along PATH, and its arguments; at least one.
  ///   - folder: Where it works.
  ///   - dimensions: `d`, the length of a row.
  ///   - hasGradient: Whether it is asked for gradients, which also steer the particles.
  ///   - timeLimit: For being ready and for each answer, in seconds.
  ///   - workers: How many processes answer at the same time, each in its turn.
  ///   - isCancelled: Asked several times a second by a thread that waits for a process. True ends the waiting and the
  ///     processes; `evaluate` then throws `CancellationError`.
  /// - Throws: `ProgramNetworkError`; no process is left.
  public init(
    command: [String], folder: String, dimensions: Int, hasGradient: Bool = false,
    timeLimit: Double = ProgramNetwork.standardTimeLimit, workers: Int = ProgramNetwork.standardWorkers,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(ProgramNetworkError) {
    pool = try ProgramPool(
      command, folder: folder, dimensions: dimensions, conditionLength: 0, timeLimit: timeLimit,
      count: workers,
      isCancelled: isCancelled)
    self.hasGradient = hasGradient
    self.dimensions = dimensions
  }

  /// Floats that a request takes besides its states.
  public func workspaceSize(rows: Int, dimensions: Int) -> Int { WorkerRewardRequest.size / 4 }

  /// Asks a process. `ρ²` plays no part.
  ///
  /// - Throws: `ProgramNetworkError`; `CancellationError` where nobody waits any longer.
  public func evaluate(_ batch: RewardBatch) throws {
    try pool.ask { worker throws(ProgramNetworkError) in
      try worker.answer(batch, wantsGradients: hasGradient)
    }
  }
}
