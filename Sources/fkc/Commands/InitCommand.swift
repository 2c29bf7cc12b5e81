import ArgumentParser
import FeynmanKac
import RunConfigurations

extension ConfigurationTemplate: ExpressibleByArgument {}

/// `fkc init`: a config to begin from.
struct Initialize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a commented config that runs, to begin from.",
    discussion: ConfigurationTemplate.allCases.map { "\($0.rawValue): \($0.summary)" }.joined(separator: "\n")
  )

  @Argument(help: ArgumentHelp("What it samples.", valueName: "target"))
  var template: ConfigurationTemplate

  @Option(
    help: ArgumentHelp(
      "The file to write, in place of one named by the target; - for standard output.", valueName: "file"))
  var output: String?

  func validate() throws { try OutputPath.validate(output) }

  func run() throws {
    let path = output ?? "\(template.rawValue).yaml"
    guard path != "-" else { return try StandardStreams.print(String(template.text.dropLast())) }
    guard FileIdentity(path: path) == nil else {
      throw FileError(.unwritable, path, "is there already; give another file by --output")
    }
    try FileBytes.replace(path, with: Array(template.text.utf8))
    try StandardStreams.print(path: path, outcome: "the config is in \(path)")
  }
}
