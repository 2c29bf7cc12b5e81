import FeynmanKac
import ScoreNetworks

// Models that a program of the user's own answers for.

extension ModelFactory {
  func process(_ setting: Setting) throws(Failure) -> Product? {
    guard let words = setting["command"]?.items?.compactMap(\.text),
      let dimensions = setting["dimensions"]?.wholeNumber,
      let timeLimit = setting["timeout_seconds"]?.number, let workers = setting["workers"]?.wholeNumber,
      let prediction = try PredictionSetting.prediction(setting)
    else { return nil }
    let command = words.joined(separator: " ")
    switch programs {
    case .refused(let advice):
      throw Failure(key: "command", problem: "a run would start the program '\(command)'; \(advice)")
    case .granted where !startsPrograms: return nil
    case .granted, .withheld: break
    }
    let noiseLevels = try ExternalModelSchema.noiseLevels(setting)
    let place = FilePaths.absolute(setting["folder"]?.text ?? ".", in: folder)
    let pinned = try pinnedFiles(setting, command: words, in: place)

    // Models that differ in their condition alone share their processes, and are asked in one request.
    let settings = ["kind", "command", "folder", "dimensions", "conditions", "timeout_seconds", "workers"]
      .map { setting[$0] }
    let network: any Network
    if let known = loaded.shared.first(where: { $0.settings == settings }) {
      network = known.network
    } else if case .withheld = programs {
      network = UnstartedProcessNetwork(
        command: words, dimensions: Int(clamping: dimensions),
        conditionLength: Int(clamping: setting["conditions"]?.wholeNumber ?? 0))
      loaded.shared.append((settings, network))
    } else {
      network = try started(
        command: words, folder: place, dimensions: Int(clamping: dimensions),
        conditionLength: Int(clamping: setting["conditions"]?.wholeNumber ?? 0), timeLimit: timeLimit,
        workers: Int(clamping: workers))
      loaded.shared.append((settings, network))
    }
    var product = Product(
      model: try pretrained(network, setting, prediction: prediction, noiseLevels: noiseLevels),
      folder: place, pinned: pinned)
    if network is UnstartedProcessNetwork {
      product.unchecked =
        "the program '\(command)' was not started; whether it runs and answers for \(dimensions) dimensions is seen when "
        + "a run begins."
    }
    return product
  }

  /// What can be known of the files that a program reads: those that its command names and that the config lists.
  private func pinnedFiles(
    _ setting: Setting, command: [String], in place: String
  ) throws(Failure) -> [NamedSum] {
    let stated = setting["pinned"]?.entries?.map(\.key) ?? []
    let listed = try sums(
      of: setting["files"]?.items?.compactMap(\.text) ?? [], in: place, stated: setting["pinned"],
      key: "files")
    let known = listed.map(\.name)
    let others = Self.files(ofCommand: command, listed: stated, in: place).filter { !known.contains($0) }
    return try sums(of: others, in: place, stated: setting["pinned"], key: "pinned") + listed
  }

  private func started(
    command: [String], folder: String, dimensions: Int, conditionLength: Int, timeLimit: Double, workers: Int
  ) throws(Failure) -> ProcessNetwork {
    do throws(ProcessNetworkError) {
      return try ProcessNetwork(
        command: command, folder: folder, dimensions: dimensions, conditionLength: conditionLength,
        timeLimit: timeLimit, workers: workers, isCancelled: { Interruption.isRequested })
    } catch {
      let (key, status): (String, ExitStatus) =
        switch error {
        case .folderMissing: ("folder", .missingInput)
        case .notStarted: ("command", .unavailable)
        case .otherDimensions: ("dimensions", .badData)
        case .otherConditions: ("conditions", .badData)
        case .cancelled: ("command", .interrupted)
        default: ("command", .numericalFailure)
        }
      throw Failure(key: key, problem: error.description, status: status)
    }
  }

  /// A network under the settings that every kind of network has.
  func pretrained(
    _ network: any Network, _ setting: Setting, prediction: Prediction, noiseLevels: ClosedRange<Double>?
  ) throws(Failure) -> PretrainedModel {
    do throws(SetupError) {
      return try PretrainedModel(
        network, prediction: prediction, condition: Condition(setting["condition"]), noiseLevels: noiseLevels,
        dataStandardDeviation: setting["data_standard_deviation"]?.number,
        atoms: setting["atoms"]?.wholeNumber.map { Int(clamping: $0) })
    } catch {
      throw Failure(key: error.setting, problem: error.problem)
    }
  }
}
