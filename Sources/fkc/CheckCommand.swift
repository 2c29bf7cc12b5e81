import ArgumentParser
import FeynmanKac
import Foundation

/// `fkc check`: validates a config and prints what a run of it would do.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Validate a config and print its plan: ends of the path, memory, model evaluations. Runs nothing.")

  @OptionGroup var options: ConfigurationOptions

  func run() throws {
    let configuration = try options.load()
    let plan = try configuration.plan(threads: options.threads)
    let peak = PeakMemory.forecast(
      plan, of: configuration, threads: options.threads ?? ProcessInfo.processInfo.activeProcessorCount)
    let lines = PlanText.lines(plan, of: configuration, peakMemory: peak)
    let warnings = (configuration.warnings + plan.warnings).map { "warning: \($0.sentence)" }
    try StandardStreams.print((lines + warnings).joined(separator: "\n"))
  }
}
