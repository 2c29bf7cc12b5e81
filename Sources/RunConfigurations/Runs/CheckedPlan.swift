import FeynmanKac

/// All that is known of a config before its run.
package struct CheckedPlan {
  private let rows: [(name: String, text: String)]
  private let unchecked: [String]
  private let warnings: [RunWarning]
  private let particles: Int
  private let plan: Sampler.Plan
  package let memory: MemoryNeed
  private let files: [(name: String, bytes: Int)]

  /// - Parameter threads: How many sample; nil for all cores that the process may use.
  /// - Throws: `ConfigurationFaults` at the setting that cannot work.
  package init(_ configuration: RunConfiguration, threads: Int?) throws {
    plan = try configuration.plan(threads: threads)
    memory = MemoryNeed(plan, of: configuration)
    files = ResultSizes.bytes(plan, of: configuration)
    rows = PlanText.rows(plan, of: configuration, peakMemory: memory.peak)
    unchecked = configuration.unchecked
    let asked = PredictionWarnings.of(configuration, plan, asksPrograms: false)
    warnings = configuration.warnings + asked + plan.warnings
    particles = configuration.particles
  }

  /// The words for it, a line each.
  package var text: String {
    let width = rows.map(\.name.count).max()!
    let lines = rows.map { $0.name + String(repeating: " ", count: width - $0.name.count + 2) + $0.text }
    return
      (lines + unchecked.map { "not checked: \($0)" } + warnings.map { "warning: \($0.text)" })
      .joined(separator: "\n")
  }

  /// The same for programs: the numbers that they ask for, and the words.
  package var json: JSONText {
    .object([
      ("particles", .count(particles)),
      ("steps", .count(plan.times.count - 1)),
      ("dimensions", .count(plan.dimensions)),
      ("intrinsic_dimensions", .count(plan.intrinsicDimensions)),
      ("threads", .count(plan.threads)),
      ("times", .list([plan.times.first, plan.times.last].map { .figure($0) })),
      ("noise_levels", .list([plan.noiseLevels.first, plan.noiseLevels.last].map { .figure($0) })),
      ("memory_bytes", .count(memory.peak)),
      ("checkpoint_bytes", .count(plan.checkpointBytes)),
      ("file_bytes", .object(files.map { ($0.name, .count($0.bytes)) })),
      ("model_evaluations", .object(plan.modelEvaluations.map { ($0.model, .count($0.rows)) })),
      ("plan", .object(rows.map { ($0.name, .text($0.text)) })),
      ("not_checked", .list(unchecked.map { .text($0) })),
      ("warnings", .list(warnings.map { RunSummary.json($0) })),
    ])
  }
}
