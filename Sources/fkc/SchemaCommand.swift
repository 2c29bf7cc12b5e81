import ArgumentParser

/// `fkc schema`: what a config may hold, for editors and other programs.
struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema of the config (draft 2020-12).")

  func run() throws { try StandardStreams.print(JSONSchema.document().encoded()) }
}
