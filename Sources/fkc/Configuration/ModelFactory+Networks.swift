import FeynmanKac
import ScoreNetworks

// Networks that come from a file of tensors.

extension ModelFactory {
  /// A file that was read, and the network that it makes.
  struct LoadedNetwork {
    let file: NetworkFile
    let network: any Network
  }

  static let networkShape = RecordShape([
    SettingField(
      "file", .path("the path of a safetensors file"), .required,
      "A safetensors file whose header states the network's settings."),
    SettingField(
      "sha256", .text("64 hexadecimal digits"), .optional, "Of the file; a file that changed is refused."),
    SettingField(
      "prediction", .choice(PredictionSetting.names), .optional,
      "What the network's output stands for, where it is not what the file states."),
  ])

  func network(_ setting: Setting) throws(Failure) -> Product? {
    guard let kind = setting["kind"]?.text, let path = setting["file"]?.text else { return nil }
    let (bytes, pinned) = try pinned(path, sha256: setting["sha256"]?.text)
    let loaded = try network(bytes, pinned, as: path)
    let architecture = if case .mlp = loaded.file.settings { "mlp" } else { "egnn" }
    guard architecture == kind else {
      throw Failure(key: "kind", problem: "found '\(kind)', but '\(path)' holds an \(architecture)")
    }
    let model = try Self.caught {
      let spread = setting["data_standard_deviation"]?.number ?? loaded.file.dataStandardDeviation
      return try PretrainedModel(
        loaded.network, prediction: Self.prediction(setting, loaded.file, spread: spread),
        condition: Condition(setting["condition"]), noiseLevels: loaded.file.noiseLevels,
        dataStandardDeviation: spread, atoms: setting["atoms"]?.wholeNumber.map { Int(clamping: $0) })
    }
    return Product(model: model, file: pinned, process: try Self.process(loaded.file, path))
  }

  /// Reads a file once, so that models of several conditions share one network.
  private func network(
    _ bytes: [UInt8], _ pinned: PinnedFile, as path: String
  ) throws(Failure) -> LoadedNetwork {
    if let known = loaded.networks[pinned.sha256] { return known }
    do {
      let file = try NetworkFile(SafetensorsFile(bytes: bytes, file: pinned.path))
      let network = LoadedNetwork(file: file, network: try file.network())
      loaded.networks[pinned.sha256] = network
      return network
    } catch let error as FileError {
      throw Self.failure(path, error)
    } catch let error as BLAS.Unavailable {
      throw Failure(key: "kind", problem: error.description, status: .unavailable)
    } catch {
      throw Failure(key: "file", problem: "'\(path)': \(error)")
    }
  }

  private static func prediction(
    _ setting: Setting, _ file: NetworkFile, spread: Double?
  ) throws(SetupError) -> Prediction {
    guard let name = setting["prediction"]?.text else { return file.prediction }
    guard let prediction = PredictionSetting.prediction(name, dataStandardDeviation: spread) else {
      throw SetupError(
        "data_standard_deviation", "missing; edm needs the standard deviation that it scales by")
    }
    return prediction
  }

  /// The process that the file states, checked as the config's own would be.
  private static func process(_ file: NetworkFile, _ path: String) throws(Failure) -> Setting? {
    guard let text = file.process else { return nil }
    var validator = ConfigurationValidator()
    do {
      let tree = try ConfigurationReader.read(text, file: path)
      let setting = validator.setting(tree, as: .record(ConfigurationSchema.process))
      guard let fault = validator.faults.first else { return setting }
      throw Failure(key: "file", problem: "'\(path)': process: \(fault.path): \(fault.problem)")
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(key: "file", problem: "'\(path)': process: \(error)")
    }
  }
}
