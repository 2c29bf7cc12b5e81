import ArgumentParser
import RunConfigurations

/// The command line: one file a subcommand.
struct FKC: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fkc",
    abstract: "Samples compositions of pretrained diffusion models with Feynman-Kac correctors.",
    version: Versions.fkc,
    subcommands: [
      Initialize.self, Run.self, Merge.self, Sweep.self, Check.self, Advise.self, Score.self, Likelihood.self,
      Compare.self, ReportRuns.self, Export.self, Schema.self,
      Info.self, Cite.self,
    ])
}
