/// What is found out before a run takes its memory: the Gaussians of its models' scores, how wide their data is, and what a pilot chooses.
///
/// Each step takes what those before it found, and the run's plan comes from all of them.
struct RunPreparation {
  /// The run's, with every setting that was left open.
  let sampler: Sampler
  let start: FittedStart?
  let plain: PlainSamples?
  let pilot: Pilot?
  /// Rows that each model was asked for, but for the fit that the run begins with, in the order of the plan's terms.
  let modelEvaluations: [Int]
  private let fit: FittedStart?
  private let digest: UInt32
  private let notes: PreparationNotes
  /// Whether none of it had to be found anew.
  let known: RunFindings?

  /// - Parameters:
  ///   - first: The run's plan as far as it is known without all this.
  ///   - known: What a checkpoint of the run has of it; nil where all is to be found.
  ///   - notes: Where it is kept until there is a checkpoint.
  /// - Throws: `SetupError`; `RunError` of a model.
  init(
    _ sampler: Sampler, _ first: RunPlan, known findings: RunFindings? = nil,
    notes: PreparationNotes = PreparationNotes(), seed: UInt64, threads: Int,
    isCancelled: @escaping () -> Bool
  ) throws {
    (self.known, self.notes) = (findings, notes)
    digest = first.digest
    let (particles, terms) = (first.particles, first.terms.count)
    let fit =
      try findings.map(\.fit)
      ?? notes.found(
        "fit", isPossible: { $0.hasShape(terms: terms, dimensions: first.dimensions) },
        by: { try Self.fit(first, seed: seed, threads: threads, isCancelled: isCancelled) })
    self.fit = fit
    plain =
      first.fitsScores && fit == nil
      ? nil
      : try findings.map(\.plain)
        ?? notes.found(
          "plain samples",
          isPossible: {
            $0.hasShape(dimensions: first.dimensions) && $0.modelEvaluations.each.count == terms
          },
          by: {
            try PlainSamples(
              beside: sampler, fit, particles: particles, seed: seed, threads: threads, notes: notes,
              isCancelled: isCancelled)
          })
    var known = sampler
    known.fittedGaussians = fit?.models
    known.modeSpread = plain?.spread
    known.plainSamples = .none
    let isKnown = !first.fitsScores && first.ramp?.isProvisional != true
    let plan = isKnown ? first : try RunPlan(known, particles: particles, islands: first.islands)
    // Whatever a pilot changes, the start is the composition at the noise of this path.
    if known.target.path == .automatic { known.target.path = plan.ramp == nil ? .constant : .late() }
    start = plan.fitsScores ? try fit?.composed(for: plan) : nil
    if let findings {
      pilot = findings.pilot
    } else if sampler.needsPilot {
      var search = PilotSearch(
        known, start: start, particles: particles, seed: seed, threads: threads, notes: notes)
      pilot = try search.choose(isCancelled: isCancelled)
    } else {
      pilot = nil
    }
    self.sampler = pilot.map(known.with) ?? known
    let unused = first.fitsScores && start == nil ? FittedStart.draws(particles: particles).reduce(0, +) : 0
    let asked = [plain?.modelEvaluations.each, pilot?.modelEvaluations].compactMap { $0 }
    modelEvaluations = plan.terms.indices.map { index in
      asked.reduce(unused) { $0 + $1[index].rows }
    }
  }

  /// What the start is found to be.
  ///
  /// - Throws: What a model throws.
  func check(_ plan: RunPlan, seed: UInt64) throws -> StartCheck? {
    try known.map(\.start) ?? notes.found("start") { try StartCheck(plan, seed: seed, fit: start) }
  }

  /// What a checkpoint keeps of it.
  ///
  /// - Parameter start: What the start was found to be after it.
  func findings(_ start: StartCheck?) -> RunFindings {
    RunFindings(digest: digest, fit: fit, plain: plain, pilot: pilot, start: start)
  }

  /// The Gaussians of the models' scores. A model that has none is no reason to refuse a run that needs them for plain samples alone.
  private static func fit(
    _ first: RunPlan, seed: UInt64, threads: Int, isCancelled: @escaping () -> Bool
  ) throws -> FittedStart? {
    do {
      return try FittedStart(first, seed: seed, threads: threads, isCancelled: isCancelled)
    } catch is SetupError where first.start != .fitted && first.ramp?.awaitsSpread == true {
      return nil
    }
  }
}
