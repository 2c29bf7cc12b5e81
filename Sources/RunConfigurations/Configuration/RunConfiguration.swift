import FeynmanKac

/// A config that was read, checked and made into a sampler.
package struct RunConfiguration {
  /// The path of the config, as the command line gave it.
  package let file: String
  let tree: ConfigurationNode
  /// Every setting with its default.
  private(set) var settings: Setting
  let sampler: Sampler
  package let models: [(name: String, model: any ScoreModel, process: any NoiseProcess)]
  let files: [String: ModelFactory.PinnedFile]
  /// Where the models' own programs work.
  let folders: [String: String]
  /// What models read beside their own file.
  let pinned: [String: [ModelFactory.NamedSum]]
  /// The file of the run's own process, and those of its models' own.
  private let processFiles: (ofRun: ModelFactory.PinnedFile?, ofModels: [String: ModelFactory.PinnedFile])
  /// The reward's settings, with its files pinned.
  let rewardSetting: Setting?
  package private(set) var seed: UInt64
  package let particles: Int
  let islands: Int
  /// The islands that are sampled here; nil for all.
  package private(set) var part: Range<Int>?
  /// Whether samples are drawn by their weights, so that all weigh the same.
  let drawsSamples: Bool
  /// The files for other programs.
  let exports: SampleExports
  /// Whether the genealogy has a file.
  let keepsGenealogy: Bool
  /// How often the state of the run is stored.
  let checkpointInterval: CheckpointRule.Interval
  /// What a user should know of the config, in plain words.
  package private(set) var warnings: [RunWarning]
  /// What only a run can tell, in plain words: programs that were not started.
  package let unchecked: [String]

  /// Reads a config and applies overrides.
  ///
  /// - Parameters:
  ///   - programs: Whether programs that it names may be started.
  ///   - loaded: Networks of earlier configs of the same folder, which are used again.
  /// - Throws: `ConfigurationFaults` with all faults that can be told apart, `CommandFailure` where there is no file.
  package init(
    file: String, overrides: [ConfigurationOverride], programs: ProgramConsent,
    loaded: LoadedModels = LoadedModels()
  ) throws {
    try self.init(
      text: Self.text(of: file), file: file, overrides: overrides, programs: programs, loaded: loaded,
      functions: HostFunctions())
  }

  /// Takes the text of a config.
  ///
  /// - Parameters:
  ///   - file: What messages call it; relative paths start at the folder that it names.
  ///   - functions: What the program that runs it gives it.
  /// - Throws: `ConfigurationFaults` with all faults that can be told apart.
  package init(
    text: String, file: String, overrides: [ConfigurationOverride], programs: ProgramConsent,
    loaded: LoadedModels = LoadedModels(), functions: HostFunctions
  ) throws {
    var tree = try ConfigurationReader.read(text, file: file)
    for override in overrides { tree = try override.apply(to: tree, file: file) }
    try self.init(
      tree: tree, file: file, programs: programs.permission(for: file), loaded: loaded,
      functions: functions)
  }

  /// What messages call a config that comes by standard input; its paths start at the working directory.
  package static let standardInputName = "standard-input"

  /// The text on standard input.
  ///
  /// - Throws: `CommandFailure` where it is not UTF-8, or larger than a config may be.
  package static func standardInput() throws -> String { try text(of: "/dev/stdin") }

  private static func text(of file: String) throws -> String {
    do throws(FileError) { return try TextFile.read(file, atMost: ConfigurationReader.largestFile) } catch {
      throw CommandFailure(error.kind == .missing ? .missingInput : .badData, [error.description])
    }
  }

  private init(
    tree: ConfigurationNode, file: String, programs: ProgramConsent.Permission, loaded: LoadedModels,
    functions: HostFunctions
  ) throws {
    var validator = ConfigurationValidator()
    let settings = validator.setting(tree, as: .record(ConfigurationSchema.root)) ?? .mapping([])
    let assembly = ConfigurationAssembly(
      tree: tree, folder: FilePaths.folder(of: file), faults: validator.faults, loaded: loaded,
      programs: programs, functions: functions)
    let sampler = assembly.assemble(settings)
    guard assembly.faults.isEmpty else { throw ConfigurationFaults(file: file, assembly.faults) }
    guard let sampler else { throw CommandFailure(.badData, "\(file) cannot be made into a sampler") }

    self.file = file
    self.tree = tree
    self.settings = settings
    self.sampler = sampler
    models = assembly.models.map { ($0.name, $0.model, assembly.processes[$0.name] ?? sampler.process) }
    files = assembly.files
    folders = assembly.folders
    pinned = assembly.pinned.filter { !$0.value.isEmpty }
    processFiles = (assembly.processFile, assembly.processFiles)
    rewardSetting = assembly.rewardSetting
    seed = try RunKeys.seed.value(in: settings)
    particles = try RunKeys.particles.value(in: settings)
    islands = try RunKeys.islands.value(in: settings).count
    drawsSamples = try OutputKeys.samples.value(in: RunKeys.output.value(in: settings)) == .resampled
    exports = OutputKeys.exports(ofConfig: settings)
    keepsGenealogy = OutputKeys.keepsGenealogy(ofConfig: settings)
    checkpointInterval = CheckpointKeys.interval(RunKeys.checkpoint.value(in: settings))
    warnings = assembly.warnings
    unchecked = assembly.unchecked
  }

  /// The folder of the results, as seen from the working directory.
  ///
  /// - Throws: `ConfigurationFaults` where the config names none.
  package func resultsFolder() throws -> String {
    if let path = settings[RunKeys.output].flatMap(OutputKeys.directory.value), !path.utf8.contains(0) {
      return FilePaths.joined(path, to: FilePaths.folder(of: file))
    }
    let path = SettingPath("\(RunKeys.output.name).\(OutputKeys.directory.name)")
    throw ConfigurationFaults(
      file: file,
      [
        ConfigurationFault(
          origin: tree.origin(of: path), path: path,
          problem: "missing or no path; give the path of a folder, here or by --output")
      ])
  }

  /// The name of the one model that is annealed; nil for other targets.
  package var annealedModel: String? { AnnealedKind.modelName(settings[RunKeys.target]) }

  /// The same with another seed and the same models.
  func with(seed: UInt64) -> RunConfiguration {
    var other = self
    other.seed = seed
    other.settings = settings.setting(RunKeys.seed, to: .wholeNumber(seed))
    return other
  }

  /// The same for some of its islands.
  ///
  /// - Throws: `ConfigurationFaults` where there are no such islands.
  package func with(part: Range<Int>) throws -> RunConfiguration {
    guard part.upperBound <= islands else {
      throw ConfigurationFaults(
        file: file,
        [
          ConfigurationFault(
            origin: .option("--islands"), path: SettingPath(RunKeys.islands.name),
            problem: "\(IslandRange.text(part)) of \(islands); they count from 0 to \(islands - 1)")
        ])
    }
    var other = self
    other.part = part
    return other
  }

  /// How many particles the result has.
  package var resultParticles: Int { part.map { particles / islands * $0.count } ?? particles }

  /// The same with what was found of its models besides.
  func with(warnings found: [RunWarning]) -> RunConfiguration {
    var other = self
    other.warnings += found
    return other
  }

  /// What the sampler is going to do.
  ///
  /// - Throws: `ConfigurationFaults` at the setting that cannot work.
  package func plan(threads: Int?) throws -> Sampler.Plan {
    try locating {
      try sampler.plan(particles: particles, islands: islands, part: part, threads: threads)
    }
  }

  /// Gives faults that the library finds in a setting their place in the config.
  func locating<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as SetupError {
      let names = sampler.target.terms.map(\.name)
      let path = SettingPath(LibraryWords.config.path(of: error.setting, models: names))
      let problem = LibraryWords.config.translated(error.problem)
      throw ConfigurationFaults(
        file: file, [ConfigurationFault(origin: tree.origin(of: path), path: path, problem: problem)])
    }
  }

  /// The settings of a config that runs again to the same bytes, wherever it stands.
  func resolved(start: Sampler.Start) -> Setting {
    var resolved = settings
    var models = settings[RunKeys.models] ?? .mapping([])
    for (name, file) in files { models = models.changing(name) { ModelFiles.resolved($0, file) } }
    for (name, file) in processFiles.ofModels {
      models = models.changing(name) { model in
        model.changing(ModelKeys.process.name) { ModelFiles.resolved($0, file) }
      }
    }
    for (name, folder) in folders { models = models.changing(name) { $0.resolved(folder: folder) } }
    for (name, sums) in pinned { models = models.changing(name) { $0.resolved(pinned: sums) } }
    resolved = resolved.setting(RunKeys.models, to: models)
    if let file = processFiles.ofRun {
      resolved = resolved.changing(RunKeys.process.name) { ModelFiles.resolved($0, file) }
    }
    if let rewardSetting {
      resolved = resolved.changing(RunKeys.target.name) { $0.setting(TargetKeys.reward, to: rewardSetting) }
    }
    // What is stored on the way has no part in the results.
    resolved = resolved.removing(RunKeys.checkpoint.name)
    // The folder that holds the config is that of its results.
    resolved = resolved.changing(RunKeys.output.name) { $0.setting(OutputKeys.directory, to: .text(".")) }
    return resolved.changing(RunKeys.sampler.name) {
      let started = $0.setting(SamplerKeys.start, to: .text(start.rawValue), after: SamplerKeys.control)
      guard let grid = sampler.steps.grid else { return started }
      return started.setting(SamplerKeys.grid, to: .text(grid.rawValue), after: SamplerKeys.steps)
    }
  }
}
