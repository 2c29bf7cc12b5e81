import FeynmanKac

/// Puts a sampler together from settings of which some may be missing because they were at fault.
final class ConfigurationAssembly {
  private let tree: ConfigurationNode
  private let folder: String
  private let loaded: LoadedModels
  private(set) var faults: [ConfigurationFault]
  private(set) var warnings: [RunWarning] = []
  private(set) var models: [(name: String, model: any ScoreModel)] = []
  private(set) var processes: [String: any NoiseProcess] = [:]
  private(set) var files: [String: ModelFactory.PinnedFile] = [:]
  private(set) var folders: [String: String] = [:]
  /// The settings that make the reward again wherever the config stands.
  private(set) var rewardSetting: Setting?

  init(tree: ConfigurationNode, folder: String, faults: [ConfigurationFault], loaded: LoadedModels) {
    self.tree = tree
    self.folder = folder
    self.loaded = loaded
    self.faults = faults
  }

  func assemble(_ settings: Setting) -> Sampler? {
    let samplers = SamplerFactory(report: { self.report($0, $1) })
    samplers.checkWindow(settings)
    let process = ProcessFactory.process(settings["process"]) { self.report("process.\($0)", $1) }
    makeModels(settings["models"])
    guard let targetSetting = settings["target"] else { return nil }
    let factory = TargetFactory(
      models: Dictionary(uniqueKeysWithValues: models.map { ($0.name, $0.model) }), processes: processes,
      names: tree["models"]?.entries?.map(\.key) ?? [], report: { self.report($0, $1) })
    let used = factory.usedNames(targetSetting)
    for (name, _) in models where !used.contains(name) {
      warnings.append(RunWarning(.unusedModel, "models.\(name): the target does not use it."))
    }
    guard let target = factory.target(targetSetting, reward: makeReward(targetSetting["reward"])) else {
      return nil
    }
    guard let process else { return nil }
    return samplers.sampler(settings, process: process, target: target)
  }

  private func makeModels(_ settings: Setting?) {
    let factory = ModelFactory(folder: folder, loaded: loaded, startsPrograms: faults.isEmpty)
    for entry in settings?.entries ?? [] {
      let path = "models.\(entry.key)"
      if let own = entry.value["process"] {
        processes[entry.key] = ProcessFactory.process(own) { self.report("\(path).process.\($0)", $1) }
      }
      do throws(ModelFactory.Failure) {
        guard let product = try factory.product(entry.value) else { continue }
        models.append((entry.key, product.model))
        files[entry.key] = product.file
        folders[entry.key] = product.folder
        if let warning = product.model.reproducibilityWarning {
          warnings.append(RunWarning(.unreproducible, "\(path): \(warning)."))
        }
        if let stated = product.process, entry.value["process"] == nil {
          processes[entry.key] = ProcessFactory.process(stated) {
            self.report("\(path).file", "\($0): \($1)")
          }
        }
      } catch {
        report(error.key.isEmpty ? path : "\(path).\(error.key)", error.problem, status: error.status)
      }
    }
  }

  private func makeReward(_ setting: Setting?) -> (any Reward)? {
    guard let setting else { return nil }
    if setting["at"]?.text == "state" {
      for key in ["jacobian", "data_standard_deviation"] where setting[key] != nil {
        report("target.reward.\(key)", "belongs to at: denoised; remove it or change at")
      }
    }
    let factory = RewardFactory(
      files: ModelFactory(folder: folder, loaded: loaded, startsPrograms: false),
      dimensions: models.first?.model.dimensions)
    do throws(ModelFactory.Failure) {
      guard let product = try factory.product(setting) else { return nil }
      rewardSetting = product.setting
      warnings += RewardFactory.warnings(setting).map { RunWarning(.rewardPoint, "target.reward: \($0).") }
      return product.reward
    } catch {
      let path = error.key.isEmpty ? "target.reward" : "target.reward.\(error.key)"
      report(path, error.problem, status: error.status)
      return nil
    }
  }

  private func report(_ path: String, _ problem: String, status: ExitStatus = .badData) {
    let path = SettingPath(path)
    faults.append(
      ConfigurationFault(origin: tree.origin(of: path), path: path, problem: problem, status: status))
  }
}
