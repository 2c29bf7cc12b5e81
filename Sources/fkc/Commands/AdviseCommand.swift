import ArgumentParser
import RunConfigurations

/// `fkc advise`: what would make a run of a config better, and why.
struct Advise: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Print what would make a run of a config better, with what to set and the figures that say so. Runs nothing.",
    discussion: """
      First what is likely to go wrong, as 'fkc check' warns of it, then advice, what matters most first. Each --set goes with \
      any command that takes a config.
      """)

  @OptionGroup var options: ConfigurationOptions

  @Flag(help: "As JSON.")
  var json = false

  func run() throws {
    let plan = try AdvisedPlan(try options.load(programs: .withheld), threads: options.threads)
    try StandardStreams.print(json ? plan.json.encoded() : plan.text)
  }
}
