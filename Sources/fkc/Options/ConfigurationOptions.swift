import ArgumentParser
import RunConfigurations

/// The config and what the command line changes in it.
struct ConfigurationOptions: ParsableArguments {
  @Argument(help: "The config, a YAML file, or - for standard input; 'fkc schema' describes it.")
  var config: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Change a setting, such as target.annealed.inverse_temperature=3.", valueName: "path=value"))
  var overrides: [String] = []

  @Option(help: "Short for --set seed=N.")
  var seed: UInt64?

  @OptionGroup var threadsOption: ThreadsOption

  var threads: Int? { threadsOption.threads }

  func validate() throws {
    for text in overrides where ConfigurationOverride(text) == nil {
      throw ValidationError("--set \(text): give path=value, such as sampler.steps=100")
    }
  }

  /// - Parameter programs: Whether programs that the config names may be started.
  func load(programs: ProgramConsent) throws -> RunConfiguration {
    var changes = overrides.map { ConfigurationOverride($0)! }
    if let seed {
      changes.append(ConfigurationOverride(path: "seed", valueText: "\(seed)", option: "--seed"))
    }
    let loaded = LoadedModels(isCancelled: { Interruption.isRequested })
    guard config == "-" else {
      return try RunConfiguration(file: config, overrides: changes, programs: programs, loaded: loaded)
    }
    return try RunConfiguration(
      text: RunConfiguration.standardInput(), file: RunConfiguration.standardInputName, overrides: changes,
      programs: programs, loaded: loaded, functions: HostFunctions())
  }
}
