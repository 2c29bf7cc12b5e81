import FeynmanKac

/// A process that is given by functions of the program that runs the config.
enum FunctionProcessKind {
  static let kind: ProcessKind = .init(
    "function", "α and σ by functions of the program that runs the config, in C or Python; fkc has none.",
    keys: [FunctionKeys.name, FunctionKeys.identity]
  ) { settings, factory throws(SettingFailure) in
    .init(
      try HostFunctions.named(
        FunctionKeys.name.value(in: settings), among: factory.functions.processes, sort: "process",
        key: FunctionKeys.name.name))
  }
}
