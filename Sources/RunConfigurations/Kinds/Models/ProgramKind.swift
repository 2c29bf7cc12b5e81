import FeynmanKac
import ScoreNetworks

/// Models that a program of the user's own answers for.
enum ProgramKind {
  private static let dimensions = Key(
    "dimensions", .count(1...0x7FFF_FFFF), .required, "d, the length of a row.")
  private static let prediction = Key(
    "prediction", .choice, .byDefault(PredictionName.score), "What the answers stand for.")
  private static let conditions = OptionalKey(
    "conditions", .count(1...0x7FFF_FFFF),
    "How many numbers a condition has; left out, the model takes none.")
  private static let batchRows = Key(
    "batch_rows", .batchRows, .byDefault(BatchRows.all),
    "Rows of a request: a number; all particles, shared by the workers, up to 256 MB; or blocks.")

  static let kind: ModelKind = .init(
    "program", formerly: ["process"], "A program of your own, which answers for each batch of rows.",
    keys: [
      ProgramKeys.command, ProgramKeys.folder, dimensions, prediction, conditions, ProgramKeys.timeLimit,
      ProgramKeys.workers, batchRows, ProgramKeys.files, ModelFiles.pinned,
    ] + TrainedLevels.keys
  ) { settings, factory throws(SettingFailure) in
    let dimensions = try dimensions.value(in: settings)
    let prediction = try PredictionSetting.prediction(prediction.value(in: settings), settings)
    let noiseLevels = try TrainedLevels.levels(settings)
    let start = try ProgramKeys.start(settings, factory)
    let network = try network(settings, factory, start, dimensions: dimensions)
    var product = ModelFactory.Product(
      model: try PretrainedModel(network, settings, prediction: prediction, noiseLevels: noiseLevels),
      folder: start.place, pinned: start.pinned)
    if start.isWithheld { product.unchecked = ProgramKeys.unchecked(start, dimensions: dimensions) }
    return product
  }

  /// Models that differ in their condition alone share their processes, and are asked in one request.
  private static func network(
    _ settings: Setting, _ factory: ModelFactory, _ start: ProgramKeys.Start, dimensions: Int
  ) throws(SettingFailure) -> any Network {
    let keys: [any AnyKey] = [
      ProgramKeys.command, ProgramKeys.folder, ProgramKind.dimensions, conditions, ProgramKeys.timeLimit,
      ProgramKeys.workers, batchRows,
    ]
    let shared = [.text(kind.name)] + keys.map { settings[$0] }
    if let known = factory.loaded.shared.first(where: { $0.settings == shared }) { return known.network }
    let conditionLength = conditions.value(in: settings) ?? 0
    let batching = try batchRows.value(in: settings).batching(callsAtOnce: start.workers)
    let network: any Network
    if start.isWithheld {
      network = UnstartedProgramNetwork(
        command: start.words, dimensions: dimensions, conditionLength: conditionLength, batching: batching)
    } else {
      do throws(ProgramNetworkError) {
        network = try ProgramNetwork(
          command: start.words, folder: start.place, dimensions: dimensions, conditionLength: conditionLength,
          timeLimit: start.seconds, workers: start.workers, batching: batching,
          isCancelled: factory.loaded.isCancelled)
      } catch {
        throw ProgramKeys.failure(
          error, dimensions: ProgramKind.dimensions.name, conditions: conditions.name)
      }
    }
    factory.loaded.shared.append((shared, network))
    return network
  }
}
