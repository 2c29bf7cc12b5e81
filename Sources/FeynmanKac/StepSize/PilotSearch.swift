import Libc

/// The rounds of a pilot, one after the other.
struct PilotSearch {
  /// The sampler, with settings left open.
  let sampler: Sampler
  /// The particles of the run that is to follow.
  let runParticles: Int
  let seed: UInt64
  let threads: Int
  /// The start of the run that is to follow, where it was fitted.
  private let start: FittedStart?
  private let notes: PreparationNotes
  private var rounds = 0
  private var evaluations: [(model: String, rows: Int)] = []

  private var particles: Int { min(Pilot.particles, runParticles) }

  /// - Parameter notes: Where rounds are kept until there is a checkpoint.
  init(
    _ sampler: Sampler, start: FittedStart?, particles: Int, seed: UInt64, threads: Int,
    notes: PreparationNotes
  ) {
    self.sampler = sampler
    self.notes = notes
    self.start = start
    runParticles = particles
    self.seed = seed
    self.threads = threads
  }

  /// One noise scale with its steps.
  private struct Candidate {
    let noiseScale: Double?
    let noiseLevels: [Double]
    /// The error of log Z with these, in nats, and its standard error; infinite where no run was whole.
    let error: (value: Double, deviation: Double)
    let relativeVariance: Double
    let allowed: Double

    var steps: Int { noiseLevels.count - 1 }
    var isWithinTolerance: Bool { abs(error.value) + error.deviation <= allowed }
  }

  /// - Throws: `SetupError`, or `RunError` of a model.
  mutating func choose(isCancelled: @escaping () -> Bool) throws -> Pilot {
    var best: Candidate?
    let noiseScales: [Double?] = sampler.noiseScale == .automatic ? Pilot.noiseScales : [nil]
    for noiseScale in noiseScales {
      let candidate = try settle(noiseScale, isCancelled: isCancelled)
      guard let leader = best else {
        best = candidate
        continue
      }
      // What looks better by less than the noise of a pilot is not worth more noise.
      guard score(candidate) < 0.95 * score(leader) else { break }
      best = candidate
    }
    let chosen = best!
    guard chosen.error.value.isFinite else {
      throw SetupError(
        "sampler.steps",
        "`.automatic` found no number of steps up to \(Pilot.maximumRoundSteps) for which the weights of \(particles) particles "
          + "stay finite; give a number, a smaller `noiseScale` or another target")
    }
    return Pilot(
      particles: particles, noiseLevels: chosen.noiseLevels, noiseScale: chosen.noiseScale,
      logNormalizerError: chosen.error.value, logNormalizerErrorStandardError: chosen.error.deviation,
      expectedStandardError: expectedStandardError(chosen.relativeVariance), allowedError: chosen.allowed,
      isWithinTolerance: chosen.isWithinTolerance, rounds: rounds, asked: ModelEvaluations(evaluations))
  }

  /// Steps times the variance of log Z, which is the work for a given error; with given steps, the variance.
  private func score(_ candidate: Candidate) -> Double {
    if sampler.choosesSteps { return Double(candidate.steps) * candidate.relativeVariance }
    return candidate.isWithinTolerance ? candidate.relativeVariance : .infinity
  }

  private func expectedStandardError(_ relativeVariance: Double) -> Double {
    (relativeVariance / Double(runParticles)).squareRoot()
  }

  /// Finds the steps of one noise scale.
  private mutating func settle(_ noiseScale: Double?, isCancelled: @escaping () -> Bool) throws -> Candidate {
    var trial = sampler
    if let noiseScale { trial.noiseScale = .scheduled(.constant(noiseScale)) }
    let plan = try RunPlan(trial, particles: particles, islands: 1)
    let (first, last) = (plan.path.levels[0], plan.path.levels[plan.steps])
    let exponent = plan.noiseScaleMinimum > 0.1 ? 1.0 / 3 : 1.0 / 6
    var steps = min(sampler.choosesSteps ? max(8, plan.wantedSteps) : plan.steps, Pilot.maximumRoundSteps)
    var chosen = sampler.choosesSteps ? steps : plan.steps
    var density: StepDensity?
    var error = StepErrorFit(order: plan.order)
    // The mean of all rounds that count.
    var relativeVariance = 0.0
    var count = 0.0

    func levels(_ steps: Int) throws -> [Double] {
      if !sampler.choosesSteps, !sampler.choosesGrid, steps == plan.steps { return plan.path.levels }
      if let density { return density.levels(steps: steps, from: first, to: last) }
      var placed = trial
      placed.steps = sampler.steps.counted(steps)
      return try Path(of: placed).levels
    }
    for _ in 0..<Pilot.maximumRounds {
      trial.steps = .levels(try levels(steps))
      let round = try round(trial, isCancelled)
      guard !round.hasFailed else {
        guard sampler.choosesSteps, steps < Pilot.maximumRoundSteps else { break }
        steps = min(2 * steps, Pilot.maximumRoundSteps)
        continue
      }
      let isPlaced = density != nil || !sampler.choosesGrid
      if sampler.choosesGrid {
        density = StepDensity(
          levels: StepDoubling.everySecond(round.noiseLevels), meanSquares: round.meanSquares,
          exponent: exponent)
      }
      guard isPlaced else { continue }
      count += 1
      relativeVariance += (round.relativeVariance - relativeVariance) / count
      error.add(round)
      guard sampler.choosesSteps else { break }
      let needed = error.steps(within: allowed(relativeVariance), from: steps)
      chosen = needed
      if needed <= steps || steps == Pilot.maximumRoundSteps { break }
      steps = min(max(needed, steps * 6 / 5), 4 * steps, Pilot.maximumRoundSteps)
    }
    return Candidate(
      noiseScale: noiseScale, noiseLevels: try levels(chosen), error: error.error(steps: chosen),
      relativeVariance: relativeVariance, allowed: allowed(relativeVariance))
  }

  private func allowed(_ relativeVariance: Double) -> Double {
    max(Pilot.finestError, sampler.tolerance * expectedStandardError(relativeVariance))
  }

  private mutating func round(_ trial: Sampler, _ isCancelled: @escaping () -> Bool) throws -> PilotRound {
    guard !isCancelled() else { throw RunError.cancelled(step: 0) }
    let isPossible = { [particles] (round: PilotRound) in
      (try? RunPlan(trial, particles: particles, islands: 1)).map(round.isPossible(for:)) ?? false
    }
    let found = try notes.found(
      "pilot round \(rounds)", isPossible: isPossible,
      by: {
        try PilotRound(
          trial, start: start, particles: particles,
          seed: CompanionSeed.pilot(round: UInt32(rounds)).seed(from: seed), threads: threads,
          isCancelled: isCancelled)
      })
    let round = found!
    rounds += 1
    add(round.modelEvaluations.each)
    return round
  }

  private mutating func add(_ more: [(model: String, rows: Int)]) {
    if evaluations.isEmpty {
      evaluations = more
    } else {
      for index in more.indices { evaluations[index].rows += more[index].rows }
    }
  }
}
