import FeynmanKac

/// A program of a user's own that is not started: all that can be planned without asking it.
public final class UnstartedProcessNetwork: Network {
  public let dimensions: Int
  public let conditioning: Conditioning
  /// The program and its arguments.
  public let command: [String]
  private let conditionLength: Int

  /// - Parameters: As those of ``ProcessNetwork``.
  public init(command: [String], dimensions: Int, conditionLength: Int = 0) {
    self.command = command
    self.dimensions = dimensions
    self.conditionLength = conditionLength
    conditioning = ProcessNetwork.conditioning(length: conditionLength)
  }

  public var reproducibilityWarning: String? { ProcessNetwork.warning }

  public func workspaceSize(rows: Int, conditions: Int) -> Int {
    WorkerRequest.size(conditions: conditions, conditionLength: conditionLength) / 4
  }

  /// - Throws: `ProcessNetworkError.notStarted`, always.
  public func evaluate(_ batch: NetworkBatch, at point: NoisePoint) throws {
    throw ProcessNetworkError.notStarted(
      command: command.joined(separator: " "), reason: "it is only planned for")
  }
}
