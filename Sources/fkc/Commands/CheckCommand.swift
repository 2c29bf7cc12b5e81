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

  func run() throws {
    let configuration = try options.load(programs: .withheld)
    let plan = try configuration.plan(threads: options.threads)
    let memory = MemoryNeed(plan, of: configuration)
    let lines = PlanText.lines(plan, of: configuration, peakMemory: memory.peak)
    let unchecked = configuration.unchecked.map { "not checked: \($0)" }
    let asked = PredictionWarnings.of(configuration, plan, asksPrograms: false)
    let warnings = (configuration.warnings + asked + plan.warnings).map { "warning: \($0.text)" }
    try StandardStreams.print((lines + unchecked + warnings).joined(separator: "\n"))
    try memory.check()
  }
}
