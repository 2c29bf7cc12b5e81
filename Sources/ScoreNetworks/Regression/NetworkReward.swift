import FeynmanKac

/// A learned number as a reward: one output of a regression network, or a linear combination of them.
///
/// On its own its tilt `e^f` rewards whatever drives the network far up, also where it was never trained. Compose it:
/// `NearReward(of: …)` asks for a value, `LogSigmoidReward(of: …)` for more than a threshold.
public struct NetworkReward: Reward {
  /// The network.
  public let network: RegressionNetwork
  /// What each output is multiplied by.
  public let coefficients: [Double]
  private let seed: (row: [Float], constant: Double)

  /// A linear combination of the outputs.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - coefficients: One for each of its outputs.
  /// - Throws: `SetupError` naming `coefficients`.
  public init(_ network: RegressionNetwork, coefficients: [Double]) throws(SetupError) {
    let names = network.settings.outputs
    guard coefficients.count == names.count else {
      throw SetupError(
        "coefficients",
        "has length \(coefficients.count); the network has the outputs \(names.joined(separator: ", ")), give as many"
      )
    }
    self.network = network
    self.coefficients = coefficients
    seed = network.seed(coefficients)
  }

  /// One output by its name.
  ///
  /// - Throws: `SetupError` naming `output`, with the nearest name.
  public init(_ network: RegressionNetwork, output: String) throws(SetupError) {
    let names = network.settings.outputs
    guard names.contains(output) else {
      let advice = NearestSpelling.advice(
        for: output, among: names, otherwise: "the outputs are \(names.joined(separator: ", "))")
      throw SetupError("output", "found '\(output)'; \(advice)")
    }
    try self.init(network, coefficients: names.map { $0 == output ? 1 : 0 })
  }

  /// True: the gradient is the network's own.
  public var hasGradient: Bool { true }
  /// `d`, the length of a row, as the network has it.
  public var dimensions: Int? { network.dimensions }
  /// `d`, the length of a row, as the network has it.
  public func workspaceSize(rows: Int, dimensions: Int) -> Int { network.workspaceSize(rows: rows) }

  /// Writes the chosen combination of the outputs, in nats, and its gradient. `ρ²` plays no part.
  public func evaluate(_ batch: RewardBatch) {
    network.evaluate(
      seed, rows: batch.count, batch.states, values: batch.values, gradients: batch.gradients,
      workspace: batch.workspace.baseAddress!)
  }
}
