import FeynmanKac

/// A config that was read, checked and made into a sampler.
struct RunConfiguration {
  /// As the command line gave it.
  let file: String
  let tree: ConfigurationNode
  /// Every setting with its default.
  private(set) var settings: Setting
  let sampler: Sampler
  let models: [(name: String, model: any ScoreModel, process: any NoiseProcess)]
  let files: [String: ModelFactory.PinnedFile]
  /// Where the models' own programs work.
  let folders: [String: String]
  /// The reward's settings, with its files pinned.
  let rewardSetting: Setting?
  private(set) var seed: UInt64
  let particles: Int
  let islands: Int
  /// In plain words.
  let warnings: [RunWarning]

  /// Reads a config and applies overrides.
  ///
  /// - Parameter loaded: Networks of earlier configs of the same folder, which are used again.
  /// - Throws: `ConfigurationFaults` with all faults that can be told apart, `CommandFailure` where there is no file.
  init(file: String, overrides: [ConfigurationOverride], loaded: LoadedModels = LoadedModels()) throws {
    let text = try Self.text(of: file)
    var tree = try ConfigurationReader.read(text, file: file)
    for override in overrides { tree = try override.apply(to: tree, file: file) }
    try self.init(tree: tree, file: file, loaded: loaded)
  }

  private static func text(of file: String) throws -> String {
    do throws(FileError) {
      let bytes = try FileBytes.read(file)
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw FileError(.malformed, file, "is not UTF-8 text")
      }
      return text
    } catch {
      throw CommandFailure(error.kind == .missing ? .missingInput : .badData, [error.description])
    }
  }

  private init(tree: ConfigurationNode, file: String, loaded: LoadedModels) throws {
    var validator = ConfigurationValidator()
    let settings = validator.setting(tree, as: .record(ConfigurationSchema.root)) ?? .mapping([])
    let assembly = ConfigurationAssembly(
      tree: tree, folder: FilePaths.folder(of: file), faults: validator.faults, loaded: loaded)
    let sampler = assembly.assemble(settings)
    guard let sampler, assembly.faults.isEmpty else { throw ConfigurationFaults(file: file, assembly.faults) }

    self.file = file
    self.tree = tree
    self.settings = settings
    self.sampler = sampler
    models = assembly.models.map { ($0.name, $0.model, assembly.processes[$0.name] ?? sampler.process) }
    files = assembly.files
    folders = assembly.folders
    rewardSetting = assembly.rewardSetting
    seed = settings["seed"]!.wholeNumber!
    particles = Int(settings["particles"]!.wholeNumber!)
    islands = Int(settings["islands"]!.wholeNumber!)
    warnings = assembly.warnings
  }

  /// The same with another seed and the same models.
  func with(seed: UInt64) -> RunConfiguration {
    var other = self
    other.seed = seed
    other.settings = settings.setting("seed", to: .wholeNumber(seed), after: nil)
    return other
  }

  /// What the sampler is going to do.
  ///
  /// - Throws: `ConfigurationFaults` at the setting that cannot work.
  func plan(threads: Int?) throws -> Sampler.Plan {
    try locating { try sampler.plan(particles: particles, islands: islands, threads: threads) }
  }

  /// Gives faults that the library finds in a setting their place in the config.
  func locating<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as SetupError {
      let path = SettingPath(error.setting)
      throw ConfigurationFaults(
        file: file, [ConfigurationFault(origin: tree.origin(of: path), path: path, problem: error.problem)])
    }
  }

  /// The settings of a config that runs again to the same bytes, wherever it stands.
  func resolved(start: Sampler.Start) -> Setting {
    var resolved = settings
    for (name, file) in files {
      let model = settings["models"]![name]!
        .setting("file", to: .text(file.path), after: nil)
        .setting("sha256", to: .text(file.sha256), after: "file")
      resolved = resolved.setting(
        "models", to: resolved["models"]!.setting(name, to: model, after: nil), after: nil)
    }
    for (name, folder) in folders {
      let model = resolved["models"]![name]!.setting("folder", to: .text(folder), after: "command")
      resolved = resolved.setting(
        "models", to: resolved["models"]!.setting(name, to: model, after: nil), after: nil)
    }
    if let rewardSetting {
      let target = settings["target"]!.setting("reward", to: rewardSetting, after: nil)
      resolved = resolved.setting("target", to: target, after: nil)
    }
    // The folder that holds the config is that of its results.
    let output = settings["output"]!.setting("directory", to: .text("."), after: nil)
    let sampler = settings["sampler"]!
      .setting("start", to: .text(start.rawValue), after: "control")
      .setting("grid", to: .text(sampler.grid.rawValue), after: "steps")
    return resolved.setting("output", to: output, after: nil).setting("sampler", to: sampler, after: nil)
  }
}
