import FeynmanKac

/// What `check` knows of a config, as advice.
package struct AdvisedPlan {
  private let warnings: [RunWarning]
  package let advice: [Advice]

  /// - Parameter threads: How many sample; nil for all cores that the process may use.
  /// - Throws: `ConfigurationFaults` at the setting that cannot work.
  package init(_ configuration: RunConfiguration, threads: Int?) throws {
    let run = PlannedConfiguration(
      configuration: configuration, plan: try configuration.plan(threads: threads))
    warnings = configuration.warnings + run.plan.warnings
    advice = AdviceRule.all.compactMap { $0.advice(run) }
  }

  /// The words for it.
  package var text: String {
    guard !warnings.isEmpty || !advice.isEmpty else {
      return "Nothing stands out: the settings are those that this program's experiments would choose."
    }
    let warned = warnings.map { "\($0.isDoubt ? "doubtful" : "warning"): \($0.text)" }
    let advised = advice.map { advice in
      ["\(advice.setting): \(advice.sentence)"]
        + advice.changes.map { "  --set '\($0)'" }
        + (advice.evidence.map { ["  figures: \($0)/README.md"] } ?? [])
    }
    return (warned.map { [$0] } + advised).map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  /// The same for programs.
  package var json: JSONText {
    .object([
      ("warnings", .list(warnings.map { RunSummary.json($0) })),
      (
        "advice",
        .list(
          advice.map { advice in
            .object([
              ("setting", .text(advice.setting)), ("sentence", .text(advice.sentence)),
              ("set", .list(advice.changes.map { .text($0) })),
              ("figures", advice.evidence.map { .text("\($0)/README.md") } ?? .null),
            ])
          })
      ),
    ])
  }
}
