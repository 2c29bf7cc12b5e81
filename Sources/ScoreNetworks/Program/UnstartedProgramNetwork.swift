import FeynmanKac

/// A program of a user's own that is not started: all that can be planned without asking it.
public final class UnstartedProgramNetwork: Network {
  /// `d`, the length of a row.
  public let dimensions: Int
  /// What conditions the network takes.
  public let conditioning: Conditioning
  /// The program and its arguments.
  public let command: [String]
  /// How many rows a request would be for.
  public let batching: Batching
  private let conditionLength: Int

  /// - Parameters: The same as those of ``ProgramNetwork``.
  public init(command: [String], dimensions: Int, conditionLength: Int = 0, batching: Batching = .all()) {
    self.command = command
    self.dimensions = dimensions
    self.conditionLength = conditionLength
    self.batching = batching
    conditioning = ProgramNetwork.conditioning(length: conditionLength)
  }

  /// A sentence, always: what a program answers is its own affair.
  public var reproducibilityWarning: String? { ProgramNetwork.warning }

  /// Floats that a request takes besides its states.
  public func workspaceSize(rows: Int, conditions: Int) -> Int {
    WorkerRequest.size(conditions: conditions, conditionLength: conditionLength) / 4
  }

  /// - Throws: `ProgramNetworkError.notStarted`, always.
  public func evaluate(_ batch: NetworkBatch, at point: NoisePoint) throws {
    throw ProgramNetworkError.notStarted(
      command: command.joined(separator: " "), reason: "it is only planned for")
  }
}
