import FeynmanKac
import ScoreNetworks

/// Models that a program of the user's own answers for.
enum ProgramKind {
  static let command = Key(
    "command", .list(.text("a word")), .required,
    "The program, looked up along PATH, and its arguments; it speaks the protocol of ProgramModels.")
  static let folder = OptionalKey(
    "folder", .path("the path of a folder"),
    "Where the program works; the config's folder by default.")
  private static let dimensions = Key(
    "dimensions", .count(1...0x7FFF_FFFF), .required, "d, the length of a row.")
  private static let prediction = Key(
    "prediction", .choice, .byDefault(PredictionName.score), "What the answers stand for.")
  private static let conditions = OptionalKey(
    "conditions", .count(1...0x7FFF_FFFF),
    "How many numbers a condition has; left out, the model takes none.")
  private static let timeLimit = Key(
    "timeout_seconds", .number(.positive), .byDefault(ProgramNetwork.standardTimeLimit),
    "How long the program may take to be ready, and for each answer.", property: "timeLimit")
  private static let workers = Key(
    "workers", .count(1...256), .byDefault(ProgramNetwork.standardWorkers),
    "How many copies of the program answer at once.")
  private static let batchRows = Key(
    "batch_rows", .batchRows, .byDefault(BatchRows.all),
    "Rows of a request: a number; all particles, shared by the workers, up to 256 MB; or blocks.")
  private static let files = OptionalKey(
    "files", .list(.path("the path of a file")),
    "What the program reads beside the files that its command names, such as weights; each is pinned.")

  static let kind: ModelKind = .init(
    "program", formerly: ["process"], "A program of your own, which answers for each batch of rows.",
    keys: [
      command, folder, dimensions, prediction, conditions, timeLimit, workers, batchRows, files,
      ModelFiles.pinned,
    ] + TrainedLevels.keys
  ) { settings, factory throws(SettingFailure) in
    let words = try command.value(in: settings)
    let dimensions = try dimensions.value(in: settings)
    let workers = try workers.value(in: settings)
    let limits = (
      seconds: try timeLimit.value(in: settings), workers: workers,
      batching: try batchRows.value(in: settings).batching(callsAtOnce: workers)
    )
    let prediction = try PredictionSetting.prediction(prediction.value(in: settings), settings)
    let command = words.joined(separator: " ")
    switch factory.programs {
    case .refused(let advice):
      throw SettingFailure(
        key: ProgramKind.command.name, problem: "a run would start the program '\(command)'; \(advice)")
    case .granted where !factory.startsPrograms:
      throw SettingFailure(
        key: "", problem: "programs are not started for a faulty config", isConsequence: true)
    case .granted, .withheld: break
    }
    let noiseLevels = try TrainedLevels.levels(settings)
    let place = FilePaths.absolute(folder.value(in: settings) ?? ".", in: factory.folder)
    let pinned = try pinnedFiles(settings, factory, command: words, in: place)
    let network = try network(
      settings, factory, command: words, dimensions: dimensions, limits: limits, in: place)
    var product = ModelFactory.Product(
      model: try PretrainedModel(network, settings, prediction: prediction, noiseLevels: noiseLevels),
      folder: place, pinned: pinned)
    if network is UnstartedProgramNetwork {
      product.unchecked =
        "the program '\(command)' was not started; whether it runs and answers for \(dimensions) dimensions is seen when "
        + "a run begins."
    }
    return product
  }

  /// Models that differ in their condition alone share their processes, and are asked in one request.
  private static func network(
    _ settings: Setting, _ factory: ModelFactory, command words: [String], dimensions: Int,
    limits: (seconds: Double, workers: Int, batching: Batching), in place: String
  ) throws(SettingFailure) -> any Network {
    let keys: [any AnyKey] = [
      command, folder, ProgramKind.dimensions, conditions, timeLimit, workers, batchRows,
    ]
    let shared = [.text(kind.name)] + keys.map { settings[$0] }
    if let known = factory.loaded.shared.first(where: { $0.settings == shared }) { return known.network }
    let conditionLength = conditions.value(in: settings) ?? 0
    let network: any Network
    if case .withheld = factory.programs {
      network = UnstartedProgramNetwork(
        command: words, dimensions: dimensions, conditionLength: conditionLength, batching: limits.batching)
    } else {
      network = try started(
        command: words, folder: place, dimensions: dimensions, conditionLength: conditionLength,
        limits: limits, isCancelled: factory.loaded.isCancelled)
    }
    factory.loaded.shared.append((shared, network))
    return network
  }

  /// What can be known of the files that a program reads: those that its command names and that the config lists.
  private static func pinnedFiles(
    _ settings: Setting, _ factory: ModelFactory, command: [String], in place: String
  ) throws(SettingFailure) -> [ModelFactory.NamedSum] {
    let stated = settings[ModelFiles.pinned]
    let listed = try factory.sums(of: files.value(in: settings) ?? [], in: place, stated: stated, key: files)
    let known = listed.map(\.name)
    let others = ModelFactory.files(
      ofCommand: command, listed: stated?.entries?.map(\.key) ?? [], in: place
    ).filter { !known.contains($0) }
    return try factory.sums(of: others, in: place, stated: stated, key: ModelFiles.pinned) + listed
  }

  private static func started(
    command: [String], folder: String, dimensions: Int, conditionLength: Int,
    limits: (seconds: Double, workers: Int, batching: Batching), isCancelled: @escaping @Sendable () -> Bool
  ) throws(SettingFailure) -> ProgramNetwork {
    do throws(ProgramNetworkError) {
      return try ProgramNetwork(
        command: command, folder: folder, dimensions: dimensions, conditionLength: conditionLength,
        timeLimit: limits.seconds, workers: limits.workers, batching: limits.batching,
        isCancelled: isCancelled)
    } catch {
      let (key, status): (any AnyKey, ExitStatus) =
        switch error {
        case .folderMissing: (ProgramKind.folder, .missingInput)
        case .notStarted: (ProgramKind.command, .unavailable)
        case .otherDimensions: (ProgramKind.dimensions, .badData)
        case .otherConditions: (conditions, .badData)
        case .cancelled: (ProgramKind.command, .interrupted)
        default: (ProgramKind.command, .numericalFailure)
        }
      throw SettingFailure(
        key: key.name, problem: ModelFactory.words.translated(end: error.description), status: status)
    }
  }
}
