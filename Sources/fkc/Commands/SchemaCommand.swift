import ArgumentParser
import RunConfigurations

/// `fkc schema`: what a config may hold, for editors, other programs and people.
struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema of the config (draft 2020-12), or a reference for people.")

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case json, markdown
  }

  @Option(help: "The form: json or markdown.")
  var format = Format.json

  func run() throws {
    switch format {
    case .json: try StandardStreams.print(ConfigurationSchema.document.encoded())
    case .markdown: try StandardStreams.print(ConfigurationReference.markdown())
    }
  }
}
