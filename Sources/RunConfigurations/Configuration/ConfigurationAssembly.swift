import FeynmanKac
import ScoreNetworks

/// Puts a sampler together from settings of which some may be missing because they were at fault.
final class ConfigurationAssembly {
  private let tree: ConfigurationNode
  private let folder: String
  private let loaded: LoadedModels
  private let programs: ProgramConsent.Permission
  private let functions: HostFunctions
  private(set) var faults: [ConfigurationFault]
  private(set) var warnings: [RunWarning] = []
  /// What only a run can tell.
  private(set) var unchecked: [String] = []
  private(set) var models: [(name: String, model: any ScoreModel)] = []
  private(set) var processes: [String: any NoiseProcess] = [:]
  private(set) var files: [String: ModelFactory.PinnedFile] = [:]
  private(set) var folders: [String: String] = [:]
  private(set) var pinned: [String: [ModelFactory.NamedSum]] = [:]
  /// The file of the run's own process.
  private(set) var processFile: ModelFactory.PinnedFile?
  /// The files of the models' own processes.
  private(set) var processFiles: [String: ModelFactory.PinnedFile] = [:]
  /// The settings that make the reward again wherever the config stands.
  private(set) var rewardSetting: Setting?

  init(
    tree: ConfigurationNode, folder: String, faults: [ConfigurationFault], loaded: LoadedModels,
    programs: ProgramConsent.Permission, functions: HostFunctions
  ) {
    self.functions = functions
    self.tree = tree
    self.folder = folder
    self.loaded = loaded
    self.programs = programs
    self.faults = faults
  }

  /// - Returns: nil where something is at fault; then there is at least one fault.
  func assemble(_ settings: Setting) -> Sampler? {
    if let failure = SamplerFactory.fault(ofWindowIn: settings) { report(failure) }
    let process = makeProcess(settings)
    makeModels(settings[RunKeys.models])
    let target = makeTarget(settings)
    checkExports(settings)
    guard let process, let target else { return nil }
    return made(below: "") { () throws(SettingFailure) in
      try SamplerFactory.sampler(
        settings, process: process, target: target, functions: functions,
        lacksFunctions: factory(startsPrograms: false).lacksFunctions)
    }
  }

  private func makeProcess(_ settings: Setting) -> (any NoiseProcess)? {
    let section = made(below: "") { () throws(SettingFailure) in try RunKeys.process.value(in: settings) }
    let factory = factory(startsPrograms: false)
    let product = section.flatMap { section in
      made(below: RunKeys.process.name) { () throws(SettingFailure) in
        try Processes.registry.make(section, in: factory)
      }
    }
    processFile = product?.file
    return product?.process
  }

  private func checkExports(_ settings: Setting) {
    guard let dimensions = models.first?.model.dimensions else { return }
    _ = made(below: RunKeys.output.name) { () throws(SettingFailure) in
      try OutputKeys.exports(ofConfig: settings).check(dimensions: dimensions)
    }
  }

  // MARK: - Models

  private func factory(startsPrograms: Bool) -> ModelFactory {
    ModelFactory(
      folder: folder, loaded: loaded, functions: functions, startsPrograms: startsPrograms,
      programs: programs)
  }

  private func makeModels(_ settings: Setting?) {
    let factory = factory(startsPrograms: faults.isEmpty)
    for entry in settings?.entries ?? [] {
      let path = "\(RunKeys.models.name).\(entry.key)"
      let own = ModelKeys.process.value(in: entry.value)
      if let own {
        let product = made(below: "\(path).\(ModelKeys.process.name)") {
          () throws(SettingFailure) in try Processes.registry.make(own, in: factory)
        }
        processes[entry.key] = product?.process
        processFiles[entry.key] = product?.file
      }
      let product = made(below: path) { () throws(SettingFailure) in try factory.product(entry.value) }
      guard let product else { continue }
      keep(product, of: entry.key, at: path)
      if let stated = product.process, own == nil {
        do throws(SettingFailure) {
          processes[entry.key] = try Processes.registry.make(stated, in: factory).process
        } catch {
          report(
            SettingFailure(key: "\(path).\(ModelFiles.fileName)", problem: "\(error.key): \(error.problem)"))
        }
      }
    }
  }

  private func keep(_ product: ModelFactory.Product, of name: String, at path: String) {
    models.append((name, product.model))
    files[name] = product.file
    folders[name] = product.folder
    pinned[name] = product.pinned
    if let unknown = product.unchecked { unchecked.append("\(path): \(unknown)") }
    if let warning = product.model.reproducibilityWarning {
      warnings.append(RunWarning(.unreproducible, "\(path): \(warning)."))
    }
  }

  // MARK: - Target

  private func makeTarget(_ settings: Setting) -> Target? {
    let section = made(below: "") { () throws(SettingFailure) in try RunKeys.target.value(in: settings) }
    guard let section else { return nil }
    let path = RunKeys.target.name
    let composed = made(below: path) { () throws(SettingFailure) in
      try Compositions.composition(section)
    }
    let used = composed?.composition.parts.map(\.model)
    for (name, _) in models where used?.contains(name) == false {
      warnings.append(
        RunWarning(.unusedModel, "\(RunKeys.models.name).\(name): the target does not use it."))
    }
    let reward = makeReward(TargetKeys.reward.value(in: section))
    guard let composed else { return nil }
    let factory = TargetFactory(
      models: Dictionary(uniqueKeysWithValues: models.map { ($0.name, $0.model) }), processes: processes,
      names: tree[RunKeys.models.name]?.entries?.map(\.key) ?? [],
      report: { self.report(SettingFailure(key: $0, problem: $1)) })
    guard var target = factory.target(composed.composition, at: "\(path).\(composed.key)") else {
      return nil
    }
    if let exponents = made(
      below: path, { () throws(SettingFailure) in try TargetKeys.path.value(in: section) })
    {
      target.path = exponents
    }
    guard let setting = TargetKeys.reward.value(in: section) else { return target }
    guard let reward else { return nil }
    return made(below: "\(path).\(TargetKeys.reward.name)") { () throws(SettingFailure) in
      try RewardKeys.tilt(target, by: reward, setting)
    }
  }

  private func makeReward(_ setting: Setting?) -> (any Reward)? {
    guard let setting else { return nil }
    let path = "\(RunKeys.target.name).\(TargetKeys.reward.name)"
    for key in RewardKeys.idle(setting) {
      report(
        SettingFailure(
          key: "\(path).\(key)", problem: "belongs to at: ahead and at: denoised; remove it or change at"))
    }
    let factory = RewardFactory(
      files: factory(startsPrograms: faults.isEmpty),
      dimensions: models.first?.model.dimensions)
    let product = made(below: path) { () throws(SettingFailure) in try factory.product(setting) }
    guard let product else { return nil }
    rewardSetting = product.setting
    unchecked += factory.notes.unchecked.map { "\(path): \($0)" }
    for sentence in Set(factory.notes.unreproducible).sorted() {
      warnings.append(RunWarning(.unreproducible, "\(path): \(sentence)."))
    }
    warnings += RewardFactory.warnings(product).map { RunWarning(.rewardPoint, "\(path): \($0).") }
    return product.reward
  }

  // MARK: - Faults

  /// What a body makes; nil, with a fault, where it cannot.
  private func made<Made>(
    below path: String, _ body: () throws(SettingFailure) -> Made
  ) -> Made? {
    do throws(SettingFailure) { return try body() } catch {
      report(path.isEmpty ? error : error.below(path))
      return nil
    }
  }

  /// Consequences are told only where their cause was not: whatever happens, something is.
  private func report(_ failure: SettingFailure) {
    if failure.isConsequence, !faults.isEmpty { return }
    let path = SettingPath(failure.key)
    faults.append(
      ConfigurationFault(
        origin: tree.origin(of: path), path: path, problem: failure.problem, status: failure.status))
  }
}
