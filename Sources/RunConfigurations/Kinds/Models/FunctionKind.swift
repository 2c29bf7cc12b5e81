import FeynmanKac
import ScoreNetworks

/// Models that are functions of the program that runs the config.
enum FunctionKind {
  private static let dimensions = Key(
    "dimensions", .count(1...0x7FFF_FFFF), .required, "d, the length of a row.")
  private static let prediction = Key(
    "prediction", .choice, .byDefault(PredictionName.score), "What the function's answers stand for.")
  private static let classes = OptionalKey(
    "classes", .count(1...0x7FFF_FFFF),
    "How many classes the function can be asked for; left out, it takes none.")
  private static let conditions = OptionalKey(
    "conditions", .count(1...0x7FFF_FFFF),
    "How many numbers a condition has; left out, the function takes none.")
  private static let batchRows = Key(
    "batch_rows", .batchRows, .byDefault(BatchRows.all),
    "Rows of a call: a number; all particles, up to 256 MB; or blocks, on several threads at once.")
  private static let logDensity = Key(
    "log_density", .boolean, .byDefault(false),
    "The function answers log q of the noised data too, with the score; such a model takes no conditions.")

  static let kind: ModelKind = .init(
    "function", "A function of the program that runs the config, in C or Python; fkc has none.",
    keys: [
      FunctionKeys.name, FunctionKeys.identity, dimensions, prediction, classes, conditions, batchRows,
      logDensity,
    ] + TrainedLevels.keys
  ) { settings, factory throws(SettingFailure) in
    var product = ModelFactory.Product(model: try model(settings, factory))
    if factory.lacksFunctions {
      product.unchecked = "\(FunctionMissing(name: try FunctionKeys.name.value(in: settings)))."
    }
    return product
  }

  private static func model(_ settings: Setting, _ factory: ModelFactory) throws(SettingFailure)
    -> any ScoreModel
  {
    let noiseLevels = try TrainedLevels.levels(settings)
    if try logDensity.value(in: settings) { return try model(settings, factory, noiseLevels: noiseLevels) }
    let prediction = try PredictionSetting.prediction(prediction.value(in: settings), settings)
    return try PretrainedModel(
      network(settings, factory), settings, prediction: prediction, noiseLevels: noiseLevels)
  }

  private static func function(_ settings: Setting, _ factory: ModelFactory) throws(SettingFailure)
    -> HostFunctions.Model
  {
    let name = try FunctionKeys.name.value(in: settings)
    if factory.lacksFunctions { return { _ in throw FunctionMissing(name: name) } }
    return try HostFunctions.named(
      name, among: factory.functions.models, sort: "model", key: FunctionKeys.name.name)
  }

  /// A model that knows its density. What belongs to networks alone is refused.
  private static func model(
    _ settings: Setting, _ factory: ModelFactory, noiseLevels: ClosedRange<Double>?
  ) throws(SettingFailure) -> FunctionModel {
    let others: [any AnyKey] = [classes, conditions, ModelKeys.condition, ModelKeys.atoms]
    if let key = others.first(where: { settings[$0] != nil }) {
      throw SettingFailure(
        key: key.name, problem: "does not go with \(logDensity.name): true; remove one of the two")
    }
    guard try prediction.value(in: settings) == .score else {
      throw SettingFailure(
        key: prediction.name, problem: "does not go with \(logDensity.name): true; give score")
    }
    let function = try function(settings, factory)
    return FunctionModel(
      dimensions: try dimensions.value(in: settings),
      batching: try batchRows.value(in: settings).batching(callsAtOnce: 1), noiseLevels: noiseLevels,
      dataStandardDeviation: ModelKeys.dataStandardDeviation.value(in: settings)
    ) { batch, point in
      let asked = NetworkBatch(
        count: batch.count, dimensions: batch.dimensions, states: batch.states, conditions: noCondition,
        outputs: batch.scores, workspace: batch.workspace)
      try function(
        .init(batch: asked, point: point, conditioning: .unconditional, logDensities: batch.logDensities))
    }
  }

  /// Made once: an array of its own at every call would be an allocation.
  private static let noCondition: [Condition] = [.none]

  /// Models that differ in their condition alone share their function, and are asked in one call.
  private static func network(_ settings: Setting, _ factory: ModelFactory) throws(SettingFailure)
    -> any Network
  {
    if settings[classes] != nil, settings[conditions] != nil {
      throw SettingFailure(
        key: conditions.name, problem: "does not go with \(classes.name); remove one of the two")
    }
    let function = try function(settings, factory)
    let keys: [any AnyKey] = [FunctionKeys.name, dimensions, classes, conditions, batchRows]
    let shared = [.text(kind.name)] + keys.map { settings[$0] }
    if let known = factory.loaded.shared.first(where: { $0.settings == shared }) { return known.network }
    let conditioning: Conditioning =
      if let classes = classes.value(in: settings) {
        .labels(classes: classes)
      } else if let length = conditions.value(in: settings) {
        .vectors(dimensions: length, optional: true)
      } else {
        .unconditional
      }
    let network = FunctionNetwork(
      dimensions: try dimensions.value(in: settings), conditioning: conditioning,
      batching: try batchRows.value(in: settings).batching(callsAtOnce: 1)
    ) { batch, point in
      try function(.init(batch: batch, point: point, conditioning: conditioning, logDensities: nil))
    }
    factory.loaded.shared.append((shared, network))
    return network
  }
}
