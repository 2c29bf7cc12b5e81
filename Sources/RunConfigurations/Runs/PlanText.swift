import FeynmanKac
import Libc

/// A plan in words.
package enum PlanText {
  /// - Parameter peakMemory: The forecast in bytes.
  static func rows(_ plan: Sampler.Plan, of configuration: RunConfiguration, peakMemory: Int)
    -> [(name: String, text: String)]
  {
    let sampler = configuration.sampler
    var rows: [(name: String, text: String)] =
      [
        ("config", configuration.file),
        ("target", target(sampler.target) + late(plan)),
        ("path from", end(plan, at: 0, sampler.process)),
        ("path to", end(plan, at: plan.times.count - 1, sampler.process)),
        ("steps", steps(plan, sampler)),
        ("correction", sampler.correction.rawValue),
        ("start", start(plan, sampler)),
        ("dimensions", "d = \(plan.dimensions), D = \(plan.intrinsicDimensions)"),
        (
          "particles",
          "\(configuration.particles) in \(count(configuration.islands, "island"))\(exchange(configuration.sampler)) and \(count(plan.blockCount, "block"))"
        ),
        ("threads", "\(plan.threads)"),
        ("memory", "\(megabytes(peakMemory)) MB, of which particles \(megabytes(plan.memoryBytes)) MB"),
        ("genealogy", "\(count(plan.genealogySlices, "slice"))"),
        ("evaluations", evaluations(plan, sampler)),
        ("standard error", standardError(plan, sampler)),
      ] + path(plan, sampler) + plainSamples(plan) + control(plan, sampler) + rejuvenation(sampler)
      + pilot(plan, sampler)
    rows.append(("checkpoints", checkpoints(plan, configuration)))
    if let shape = plan.trajectory {
      rows.append(
        (
          "trajectory",
          "\(count(shape.rows, "row")) of \(count(shape.slots, "particle"))"
        ))
    }
    rows.append(("files", files(ResultSizes.bytes(plan, of: configuration))))
    return rows
  }

  /// What is done with whole islands.
  private static func exchange(_ sampler: Sampler) -> String {
    sampler.islandExchange.map {
      ", exchanged where fewer than \(rounded(100 * $0.threshold)) % are effective"
    } ?? ""
  }

  /// How often the state is stored, and what that takes on the disk.
  private static func checkpoints(_ plan: Sampler.Plan, _ configuration: RunConfiguration) -> String {
    let interval =
      switch configuration.checkpointInterval {
      case .steps(let steps): "every \(count(steps, "step"))"
      case .seconds(let seconds): "every \(rounded(seconds)) s"
      case .automatic: "as often as takes 2 % of the time"
      }
    return "\(interval), two of \(megabytes(plan.checkpointBytes)) MB each"
  }

  /// What a run writes that grows with its particles.
  private static func files(_ sizes: [(name: String, bytes: Int)]) -> String {
    let total = sizes.reduce(0) { $0.addingReportingOverflow($1.bytes).partialValue }
    return "\(DiskSpace.text(total)): "
      + sizes.map { "\($0.name) \(DiskSpace.text($0.bytes))" }.joined(separator: ", ")
  }

  /// The start, with the reason where it was chosen.
  private static func start(_ plan: Sampler.Plan, _ sampler: Sampler) -> String {
    let rows = plan.startFitEvaluations
    let text = plan.start.rawValue + (rows > 0 ? ", to \(rows) rows of each model's scores" : "")
    guard sampler.start == nil else { return text }
    let without = sampler.target.terms.first { !$0.model.hasLogDensity }
    return text
      + (without.map { ", as \($0.name) does not know its log density" }
        ?? ", as every model knows its log density")
  }

  /// What was chosen of an automatic path, and why; nothing of another.
  private static func path(_ plan: Sampler.Plan, _ sampler: Sampler) -> [(String, String)] {
    guard sampler.target.path == .automatic else { return [] }
    let exponents = sampler.target.terms.map(\.exponent.to)
    let sizes = rounded(exponents.reduce(0) { $0 + abs($1) })
    let positive = rounded(exponents.reduce(0) { $0 + max(0, $1) })
    let knowsAll = sampler.target.terms.allSatisfy(\.model.hasLogDensity)
    guard !plan.awaitsPlainSamples else {
      return [
        ("path", "late where plain samples find several populations, else constant, at fewer evaluations")
      ]
    }
    let reason =
      switch (plan.lateLevel != nil, knowsAll) {
      case (true, true): "late, as the sizes of the exponents sum to \(sizes), above 1"
      case (true, false):
        "late, as weights of positive exponents that sum to \(positive) would have a heavy tail at this noise scale"
      case (false, true):
        "constant, as the sizes of the exponents sum to \(sizes), or something else fixes the exponents"
      case (false, false) where sampler.rejuvenation != nil:
        "constant, as log densities that models do not know are not carried along moves at a level"
      case (false, false):
        "constant, as the weights have no heavy tail, or something else fixes the exponents"
      }
    return [("path", reason)]
  }

  /// What is drawn to choose the path and to look for mass that the run misses; nothing without.
  private static func plainSamples(_ plan: Sampler.Plan) -> [(String, String)] {
    guard plan.plainSamples > 0 else { return [] }
    return [("plain samples", "\(plan.plainSamples), before the run, as not every model's modes are known")]
  }

  private static func steps(_ plan: Sampler.Plan, _ sampler: Sampler) -> String {
    let most = plan.noiseLevels.count - 1
    let count = sampler.steps.number.map { "\($0)" } ?? "chosen by the pilot, at most \(most)"
    let grid = sampler.steps.grid.map { ", grid \($0.rawValue)" } ?? ""
    return "\(count), \(sampler.scheme.rawValue)\(grid)"
  }

  /// What is chosen of an automatic control, and why; nothing of another.
  private static func control(_ plan: Sampler.Plan, _ sampler: Sampler) -> [(String, String)] {
    guard sampler.control == .automatic else { return [] }
    let choice = plan.controls.map(\.rawValue).joined(separator: " or ")
    let reason =
      switch plan.controls {
      case [.none]: "the weights gain nothing from one"
      case [.scores]:
        "models are probed for their log densities anyway; where they are not nearly exact, radial"
      case [.radial]: "a constant drift does no good here"
      default: "a step takes as many numbers as pay where the particles are one population, else radial"
      }
    let groups =
      plan.controls == [.none] || plan.controlGroups == 1
      ? "" : "; fitted to all but its own of \(plan.controlGroups) groups of particles"
    return [("control", "\(choice), as \(reason)\(groups)")]
  }

  /// How particles move at a level; nothing where they do not.
  private static func rejuvenation(_ sampler: Sampler) -> [(String, String)] {
    guard let rejuvenation = sampler.rejuvenation else { return [] }
    let place =
      rejuvenation.every == 1 ? "each level" : "every level whose number \(rejuvenation.every) divides"
    return [("rejuvenation", "\(count(rejuvenation.moves, "\(rejuvenation) move")) at \(place)")]
  }

  /// What is left to a pilot and what that may take; nothing without one.
  private static func pilot(_ plan: Sampler.Plan, _ sampler: Sampler) -> [(String, String)] {
    guard let pilot = plan.pilot else { return [] }
    var choices: [String] = []
    if sampler.steps.number == nil {
      choices.append("steps for an error of log Z within \(sampler.tolerance) standard errors")
    }
    if sampler.steps.grid == .automatic { choices.append("where they lie") }
    if sampler.noiseScale == .automatic {
      choices.append("noise_scale among \(Pilot.noiseScales.map { "\($0)" }.joined(separator: ", "))")
    }
    let rows = pilot.modelEvaluations.map { "\($0.model) at most \($0.rows) rows" }.joined(separator: ", ")
    return [
      ("pilot chooses", choices.joined(separator: "; ")),
      (
        "pilot takes",
        "\(pilot.particles) particles, at most \(count(pilot.rounds, "round")), \(rows), "
          + "\(megabytes(pilot.memoryBytes)) MB"
      ),
    ]
  }

  private static func evaluations(_ plan: Sampler.Plan, _ sampler: Sampler) -> String {
    let guidance = sampler.target.guidance
    return plan.modelEvaluations.map { model, rows in
      let mayStop =
        sampler.steps.number == nil || plan.awaitsFit || plan.awaitsPlainSamples
        || guidance?.alignmentThreshold != nil && model == guidance?.unconditional
      return "\(model) \(mayStop ? "at most " : "")\(rows) rows"
    }.joined(separator: ", ")
  }

  private static func target(_ target: Target) -> String {
    let terms = target.terms.map { "\($0.name)^\(schedule($0.exponent))" }.joined(separator: " ")
    let tilt =
      target.reward == nil
      ? "" : " exp(\(schedule(target.rewardScale)) r), r \(target.rewardPoint.description)"
    return terms + tilt + guidance(target.guidance)
  }

  /// Where a late path begins, and until when it stays there.
  private static func late(_ plan: Sampler.Plan) -> String {
    guard let level = plan.lateLevel else { return "" }
    let starts = plan.exponents.filter { $0.values[0] != 0 }.map { "\($0.model)^\(rounded($0.values[0]))" }
    let place = plan.lateLevelAwaitsFit ? "the data's own width, to be fitted" : "v = \(rounded(level))"
    return ", from \(starts.joined(separator: " ")) above \(place)"
  }

  private static func rounded(_ value: Double) -> String { value.text(significant: 3) }

  private static func guidance(_ guidance: Target.Guidance?) -> String {
    var text = ""
    if let projection = guidance?.projection {
      let norm = projection.normThreshold.map { ", norm_threshold \($0)" } ?? ""
      text += ", projected: parallel \(projection.parallel)\(norm), momentum \(projection.momentum)"
    }
    if let threshold = guidance?.alignmentThreshold {
      text += ", \(guidance!.unconditional) until aligned above \(threshold)"
    }
    return text
  }

  private static func schedule(_ schedule: Schedule) -> String {
    schedule.isConstant ? "\(schedule.from)" : "(\(schedule.from) → \(schedule.to))"
  }

  private static func end(_ plan: Sampler.Plan, at step: Int, _ process: any NoiseProcess) -> String {
    let time = plan.times[step]
    return "t = \(time), σ = \(process.noise(at: time)), v = \(plan.noiseLevels[step])"
  }

  private static func standardError(_ plan: Sampler.Plan, _ sampler: Sampler) -> String {
    if sampler.correction == .none { return "none, log Z is not estimated" }
    return plan.standardErrorMethod?.rawValue
      ?? "none; \(LibraryWords.config.translated(NormalizerEstimate.advice))"
  }

  private static func count(_ count: Int, _ what: String) -> String {
    "\(count) \(what)\(count == 1 ? "" : "s")"
  }

  private static func megabytes(_ bytes: Int) -> Double { megabytes(Double(bytes)) }
  private static func megabytes(_ bytes: Double) -> Double { (bytes / 1e5).rounded() / 10 }
}
