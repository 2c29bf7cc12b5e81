import FeynmanKac
import ScoreNetworks

/// What the program that runs a config gives it as functions, by the names that the config has for them.
package struct HostFunctions: Sendable {
  /// What a model is asked.
  package struct ModelCall {
    package let batch: NetworkBatch
    package let point: NoisePoint
    /// What conditions the model takes, which the batch may have none of.
    package let conditioning: Conditioning
    /// Memory for `log q` of the rows, in nats; nil where it is not asked for.
    package let logDensities: UnsafeMutablePointer<Double>?
  }

  /// Fills the outputs of a call's batch, and its log densities where they are asked for.
  package typealias Model = @Sendable (_ call: ModelCall) throws -> Void
  /// Fills a batch's values, and its gradients where they are asked for.
  package typealias Reward = @Sendable (_ batch: RewardBatch, _ wantsGradients: Bool) throws -> Void

  package var models: [String: Model] = [:]
  package var rewards: [String: Reward] = [:]
  package var processes: [String: any NoiseProcess] = [:]
  package var resamplers: [String: any Resampler] = [:]

  /// No functions, as `fkc` has none.
  package init() {}

  var isEmpty: Bool { models.isEmpty && rewards.isEmpty && processes.isEmpty && resamplers.isEmpty }

  /// The function of a name.
  ///
  /// - Parameters:
  ///   - sort: Such as `model`.
  ///   - key: Where a fault is.
  static func named<Function>(
    _ name: String, among functions: [String: Function], sort: String, key: String
  ) throws(SettingFailure) -> Function {
    if let function = functions[name] { return function }
    guard !functions.isEmpty else {
      throw SettingFailure(
        key: key,
        problem:
          "found '\(name)'; the program that runs the config has to give a \(sort) of that name, and gave none",
        status: .unavailable)
    }
    let names = functions.keys.sorted()
    let advice = NearestSpelling.advice(
      for: name, among: names, otherwise: "give \(names.joined(separator: ", "))")
    throw SettingFailure(
      key: key, problem: "no \(sort) was given as '\(name)'; \(advice)", status: .unavailable)
  }
}

/// A function that this program does not have was asked for.
struct FunctionMissing: Error, CustomStringConvertible {
  let name: String
  var description: String { "the function '\(name)' belongs to the program that runs the config" }
}

/// The keys of whatever is a function of the program that runs the config.
enum FunctionKeys {
  static let name = Key(
    "function", .text("the name of a function"), .required,
    "The function, by the name that the program which runs the config gave it.")
  static let identity = OptionalKey(
    "identity", .text("a word"),
    "What tells the function from others, such as the sum of its weights: a run goes on from a checkpoint of the same one alone."
  )
}
