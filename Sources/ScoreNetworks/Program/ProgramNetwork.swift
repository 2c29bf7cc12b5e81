internal import CSubprocess
import FeynmanKac

/// A user's own model, in any language, in processes of its own that answer over their standard input and output.
///
/// What the processes have to say and to expect is written down in <doc:ProgramModels>. They end with the network, and
/// when this process ends, however it ends; so do those that they started.
public final class ProgramNetwork: Network {
  /// Seconds in which a program is ready, and in which it answers, unless its caller says otherwise.
  public static let standardTimeLimit = 60.0
  /// Processes of one program, unless its caller says otherwise.
  public static let standardWorkers = 1

  /// `d`, the length of a row.
  public let dimensions: Int
  /// What conditions the network takes.
  public let conditioning: Conditioning
  /// The program and its arguments.
  public let command: [String]
  /// How many rows a request is for.
  public let batching: Batching

  private let conditionLength: Int
  private let pool: ProgramPool

  /// Starts the processes and waits until all are ready.
  ///
  /// - Parameters:
  ///   - command: The program, looked up along PATH, and its arguments; at least one.
  ///   - folder: Where it works.
  ///   - dimensions: `d`, the length of a row.
  ///   - conditionLength: How many numbers a condition has; 0 for models that take none.
  ///   - timeLimit: For being ready and for each answer, in seconds.
  ///   - workers: How many processes answer at the same time, each in its turn.
  ///   - batching: How many rows a request is for; the whole population, shared by the workers, where nil.
  ///   - isCancelled: Asked several times a second by a thread that waits for a process. True ends the waiting and the
  ///     processes; `evaluate` then throws `CancellationError`.
  /// - Throws: `ProgramNetworkError`; no process is left.
  public init(
    command: [String], folder: String, dimensions: Int, conditionLength: Int = 0,
    timeLimit: Double = standardTimeLimit,
    workers count: Int = standardWorkers, batching: Batching? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(ProgramNetworkError) {
    pool = try ProgramPool(
      command, folder: folder, dimensions: dimensions, conditionLength: conditionLength, timeLimit: timeLimit,
      count: count, isCancelled: isCancelled)
    self.command = command
    self.dimensions = dimensions
    self.conditionLength = conditionLength
    self.batching = batching ?? .all(callsAtOnce: count)
    conditioning = Self.conditioning(length: conditionLength)
  }

  static func conditioning(length: Int) -> Conditioning {
    length > 0 ? .vectors(dimensions: length, optional: true) : .unconditional
  }

  package static let warning =
    "a program of your own answers; the same seed gives the same bytes only if it always gives the same answer to a batch"

  /// A sentence, always: what a program answers is its own affair.
  public var reproducibilityWarning: String? { Self.warning }

  /// Kills the processes of all networks, with all that they started, and waits for them: for a process that ends without
  /// `exit`. A handler of signals may call it.
  public static func endAllPrograms() { fk_programs_end() }

  /// Floats that a request takes besides its states.
  public func workspaceSize(rows: Int, conditions: Int) -> Int {
    WorkerRequest.size(conditions: conditions, conditionLength: conditionLength) / 4
  }

  /// - Throws: `ProgramNetworkError`. Unless it is `reported`, every later call throws the same. `CancellationError` where
  ///   nobody waits any longer.
  public func evaluate(_ batch: NetworkBatch, at point: NoisePoint) throws {
    try pool.ask { worker throws(ProgramNetworkError) in
      try worker.answer(batch, at: point, conditionLength: conditionLength)
    }
  }
}
