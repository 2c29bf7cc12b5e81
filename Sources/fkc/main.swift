import ArgumentParser

/// The root command.
struct FKC: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "fkc", subcommands: [Compare.self])
}
FKC.main()
