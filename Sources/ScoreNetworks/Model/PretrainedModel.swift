import FeynmanKac

/// A network under one condition as a model of the score.
public struct PretrainedModel: StackableModel {
  /// The network, which models of other conditions may share.
  public let network: any Network
  /// What the network's output stands for.
  public let prediction: Prediction
  /// What it is asked for.
  public var condition: Condition { conditions[0] }
  /// The levels `v` at which the network was trained; nil for all that its process covers.
  public let noiseLevels: ClosedRange<Double>?
  /// The data's standard deviation per dimension, where it is known.
  public let dataStandardDeviation: Double?
  /// The number of atoms where rows are configurations without their centre of mass.
  public let atoms: Int?
  /// The condition alone, made once: an array of its own at every call would be an allocation.
  private let conditions: [Condition]

  /// - Parameters:
  ///   - network: The network.
  ///   - prediction: What its output stands for.
  ///   - condition: What it is asked for.
  ///   - noiseLevels: `v` at which it was trained; nil for all that its process covers.
  ///   - dataStandardDeviation: Per dimension, in data units; nil where it is not known.
  ///   - atoms: For networks that do not know of atoms themselves.
  /// - Throws: `SetupError` naming `condition` where the network does not take it, `atoms` where they do not fit.
  public init(
    _ network: any Network, prediction: Prediction, condition: Condition = .none,
    noiseLevels: ClosedRange<Double>? = nil, dataStandardDeviation: Double? = nil, atoms: Int? = nil
  ) throws(SetupError) {
    if let problem = network.conditioning.problem(with: condition) { throw SetupError("condition", problem) }
    if let atoms {
      guard network.atoms ?? atoms == atoms, network.dimensions == 3 * atoms else {
        throw SetupError(
          "atoms", "found \(atoms); the network has \(network.dimensions) dimensions, 3 for each atom")
      }
    }
    self.network = network
    self.prediction = prediction
    conditions = [condition]
    self.noiseLevels = noiseLevels
    self.dataStandardDeviation = dataStandardDeviation
    self.atoms = atoms ?? network.atoms
  }

  /// `d`, the length of a row, as the network has it.
  public var dimensions: Int { network.dimensions }
  /// Why the bytes may differ next time, as the network says it; nil where they do not.
  public var reproducibilityWarning: String? { network.reproducibilityWarning }
  /// How many rows a call is for, as the network has it.
  public var batching: Batching { network.batching }
  /// Floats of scratch memory that the network needs for `rows` rows under one condition.
  public func workspaceSize(rows: Int) -> Int { network.workspaceSize(rows: rows, conditions: 1) }

  /// Asks the network, and turns its predictions into scores.
  ///
  /// - Throws: what the network throws.
  public func evaluate(_ batch: ScoreBatch, at point: NoisePoint) throws {
    try network.evaluateScores(conditions, prediction, batch, at: point)
  }

  // MARK: - StackableModel

  /// True where both share the network itself and what its output stands for.
  public func canStack(with other: any StackableModel) -> Bool {
    guard let other = other as? PretrainedModel else { return false }
    return network === other.network && prediction == other.prediction
  }

  /// One model that asks the network under all the conditions at once.
  public func stacked(with others: [any StackableModel]) -> any StackedModel {
    // bound: `canStack` has said that they are.
    let conditions = others.map { ($0 as! PretrainedModel).condition }
    return StackedConditions(
      network: network, prediction: prediction, conditions: [condition] + conditions)
  }
}

/// One network under several conditions, asked for all of them at once.
struct StackedConditions: StackedModel {
  let network: any Network
  let prediction: Prediction
  let conditions: [Condition]

  var count: Int { conditions.count }
  func workspaceSize(rows: Int) -> Int { network.workspaceSize(rows: rows, conditions: count) }

  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) throws {
    try network.evaluateScores(conditions, prediction, batch, at: point)
  }
}

extension Network {
  /// Scores of all rows under every condition: the one place where outputs become scores.
  func evaluateScores(
    _ conditions: [Condition], _ prediction: Prediction, _ batch: ScoreBatch, at point: NoisePoint
  ) throws {
    try evaluate(
      NetworkBatch(
        count: batch.count, dimensions: batch.dimensions, states: batch.states, conditions: conditions,
        outputs: batch.scores, workspace: batch.workspace),
      at: point)
    let (state, output) = prediction.coefficients(at: point)
    let values = batch.count * batch.dimensions
    for part in 0..<conditions.count {
      let scores = batch.scores + part * values
      for i in 0..<values {
        scores[i] = Float(state * Double(batch.states[i]) + output * Double(scores[i]))
      }
    }
  }
}
