import ArgumentParser
import FeynmanKac
import RunConfigurations

/// `fkc check`: validates a config and prints what a run of it would do.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Validate a config and print its plan: ends of the path, memory, model evaluations. Runs nothing, not even programs that models name."
  )

  @OptionGroup var options: ConfigurationOptions

  @Flag(help: "As JSON.")
  var json = false

  func run() throws {
    let configuration = try options.load(programs: .withheld)
    let plan = try CheckedPlan(configuration, threads: options.threads)
    try StandardStreams.print(json ? plan.json.encoded() : plan.text)
    try plan.memory.check()
  }
}
