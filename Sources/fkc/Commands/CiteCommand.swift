import ArgumentParser
import RunConfigurations

/// `fkc cite`: what to cite for a run of a config.
struct Cite: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print BibTeX of the methods that a config uses, and of the program itself.")

  @OptionGroup var options: ConfigurationOptions

  func run() throws {
    let text = try options.load(programs: .withheld).citations
    try StandardStreams.print(String(text.dropLast()))
  }
}
