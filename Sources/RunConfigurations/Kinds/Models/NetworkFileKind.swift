import FeynmanKac
import ScoreNetworks

/// Networks that come from a file of tensors, one kind for each architecture.
enum NetworkFileKind {
  private static let file = Key(
    ModelFiles.fileName, .path("the path of a safetensors file"), .required,
    "A safetensors file whose header states the network's settings.")
  private static let prediction = OptionalKey<PredictionName>(
    "prediction", .choice, "What the network's output stands for, where it is not what the file states.")

  static func kind(_ architecture: NetworkArchitecture) -> ModelKind {
    ModelKind(
      architecture.name, architecture.summary, keys: [file, ModelFiles.sha256, prediction], needs: .blas
    ) { settings, factory throws(SettingFailure) in
      let path = try file.value(in: settings)
      let (bytes, pinned) = try factory.pinned(path, sha256: ModelFiles.sha256.value(in: settings))
      let loaded = try network(bytes, pinned, as: path, known: factory.loaded)
      guard loaded.file.architecture.name == architecture.name else {
        throw SettingFailure(
          key: Models.registry.key,
          problem: "found '\(architecture.name)', but '\(path)' holds an \(loaded.file.architecture.name)")
      }
      let model = try ModelFactory.caught {
        let spread =
          ModelKeys.dataStandardDeviation.value(in: settings) ?? loaded.file.dataStandardDeviation
        return try PretrainedModel(
          loaded.network, prediction: stated(settings, loaded.file, spread: spread),
          condition: ModelKeys.condition.value(in: settings) ?? .none, noiseLevels: loaded.file.noiseLevels,
          dataStandardDeviation: spread, atoms: ModelKeys.atoms.value(in: settings))
      }
      return .init(model: model, file: pinned, process: try process(loaded.file, path))
    }
  }

  /// Reads a file once, so that models of several conditions share one network.
  private static func network(
    _ bytes: [UInt8], _ pinned: ModelFactory.PinnedFile, as path: String, known loaded: LoadedModels
  ) throws(SettingFailure) -> ModelFactory.LoadedNetwork {
    if let known = loaded.networks[pinned.sha256] { return known }
    do {
      let file = try NetworkFile(SafetensorsFile(bytes: bytes, file: pinned.path))
      let network = ModelFactory.LoadedNetwork(file: file, network: try file.network())
      loaded.networks[pinned.sha256] = network
      return network
    } catch let error as FileError {
      throw ModelFactory.failure(path, error)
    } catch let error as BLAS.Unavailable {
      throw SettingFailure(key: Models.registry.key, problem: error.description, status: .unavailable)
    } catch {
      throw SettingFailure(key: file.name, problem: "'\(path)': \(error)")
    }
  }

  private static func stated(
    _ settings: Setting, _ file: NetworkFile, spread: Double?
  ) throws -> Prediction {
    guard let name = prediction.value(in: settings) else { return file.prediction }
    guard let prediction = name.prediction(dataStandardDeviation: spread) else {
      throw SetupError(ModelKeys.dataStandardDeviation.field.property, PredictionSetting.missingSpread)
    }
    return prediction
  }

  /// The process that the file states, checked as the config's own would be.
  private static func process(_ network: NetworkFile, _ path: String) throws(SettingFailure) -> Setting? {
    guard let text = network.process else { return nil }
    var validator = ConfigurationValidator()
    do {
      let tree = try ConfigurationReader.read(text, file: path)
      let setting = validator.setting(tree, as: .record(Processes.registry.record))
      guard let fault = validator.faults.first else {
        guard setting?[ModelFiles.fileName] == nil else {
          throw SettingFailure(
            key: file.name,
            problem:
              "'\(path)': process: \(ModelFiles.fileName): a network's file has to hold the table itself; "
              + "give its numbers")
        }
        return setting
      }
      throw SettingFailure(
        key: file.name, problem: "'\(path)': process: \(fault.path): \(fault.problem)")
    } catch let failure as SettingFailure {
      throw failure
    } catch {
      throw SettingFailure(key: file.name, problem: "'\(path)': process: \(error)")
    }
  }
}
