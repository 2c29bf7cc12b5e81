import ArgumentParser
import RunConfigurations

/// Whether a command may start the programs that its config names.
struct ProgramsOption: ParsableArguments {
  @Flag(
    name: .customLong("allow-programs"),
    help: ArgumentHelp(
      "Start the programs of models of kind program, which can do all that you can. Not needed for configs in or below the \(ProgramConsent.variable) folders."
    ))
  var isGiven = false

  var consent: ProgramConsent { isGiven ? .given : .asked }
}
