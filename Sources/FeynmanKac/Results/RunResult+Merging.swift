import Libc

extension RunResult {
  /// One run of several of the same target, each with a seed of its own: log Z by the mean of Ẑ, and weights that carry it.
  ///
  /// Islands of all of them are islands of the one, where each has as many particles. What any of them was doubtful for the one is doubtful for,
  /// as the rules for doubts know nothing of what particles did in between.
  ///
  /// - Parameter pieces: At least one, with the same dimensions and steps, with or without weights.
  /// - Source: the mean of unbiased estimates is unbiased; <doc:Trust> has the errors.
  package init(merging pieces: [RunPiece]) {
    let shares = Self.shares(of: pieces)
    let carriesWeights = shares != nil
    let total = pieces.reduce(0) { $0 + $1.particles }
    let weights = shares ?? pieces.map { Double($0.particles) / Double(total) }
    dimensions = pieces[0].dimensions
    intrinsicDimensions = pieces[0].intrinsicDimensions
    islands = pieces.reduce(0) { $0 + $1.islands }
    samples = pieces.flatMap(\.samples)
    logWeights = zip(pieces, weights).flatMap { piece, share in piece.logWeights.map { $0 + log(share) } }
    ancestors = Self.joined(pieces)
    genealogy = Self.genealogy(of: pieces)
    logNormalizer = shares.map { Self.estimate(pieces, $0) }
    logNormalizerInitial =
      carriesWeights ? Self.logMean(pieces) { $0.logNormalizerInitial ?? -.infinity } : nil
    islandLogNormalizers = carriesWeights ? pieces.flatMap(\.islandLogNormalizers) : []
    trace = Self.trace(of: pieces)
    effectiveSampleSize = trace[trace.count - 1].effectiveSampleSize
    minimumEffectiveSampleSize = trace.lazy.map(\.effectiveSampleSize).min()!
    resampleCount = pieces.reduce(0) { $0 + $1.resampleCount }
    uniqueAncestors = trace[trace.count - 1].uniqueAncestors
    islandExchanges = nil
    dropped = Self.dropped(pieces, weights)
    effectiveAncestors = 1 / zip(pieces, weights).reduce(0) { $0 + $1.1 * $1.1 / $1.0.effectiveAncestors }
    paretoShape =
      carriesWeights ? ParetoTail.shape(of: Self.ancestorWeights(ancestors, logWeights)) : nil
    modelEvaluations = pieces[0].modelEvaluations.enumerated().map { index, own in
      (own.model, pieces.reduce(0) { $0 + $1.modelEvaluations[index].rows })
    }
    startCheckEvaluations = pieces.reduce(0) { $0 + $1.startCheckEvaluations }
    startFit = nil
    rejuvenation = nil
    alignedSteps = []
    pilot = nil
    wallSeconds = pieces.reduce(0) { $0 + $1.wallSeconds }
    threads = pieces.reduce(0) { max($0, $1.threads) }
    independentEstimate = Self.independent(pieces)
    stepSizeError = Self.stepSizeError(pieces, weights)
    warnings = Self.warnings(of: pieces) + Self.doubts(pieces, logNormalizer)
  }

  private static func dropped(_ pieces: [RunPiece], _ weights: [Double]) -> DroppedParticles? {
    let each = pieces.compactMap(\.dropped)
    guard each.count == pieces.count else { return nil }
    return DroppedParticles(
      count: each.reduce(0) { $0 + $1.count }, share: zip(each, weights).reduce(0) { $0 + $1.0.share * $1.1 },
      source: each.lazy.compactMap(\.source).first)
  }

  /// The share of each in the weight of all; nil without weights.
  private static func shares(of pieces: [RunPiece]) -> [Double]? {
    var logs: [Double] = []
    for piece in pieces {
      guard let logNormalizer = piece.logNormalizer else { return nil }
      logs.append(logNormalizer + log(Double(piece.particles)))
    }
    let sum = LogWeights.logSumExp(logs)
    return logs.map { exp($0 - sum) }
  }

  /// `log` of the mean over particles of what each run says for its own.
  private static func logMean(_ pieces: [RunPiece], _ value: (RunPiece) -> Double) -> Double {
    let total = log(Double(pieces.reduce(0) { $0 + $1.particles }))
    return LogWeights.logSumExp(pieces.map { value($0) + log(Double($0.particles)) - total })
  }

  /// The ancestors of all, counted over all.
  private static func joined(_ pieces: [RunPiece]) -> [Int64] {
    var (joined, first): ([Int64], Int64) = ([], 0)
    for piece in pieces {
      joined += piece.ancestors.map { $0 + first }
      first += Int64(piece.particles)
    }
    return joined
  }

  /// log Z of all, with an error by the spread of islands where there are enough of them, else by the errors that the runs have.
  private static func estimate(_ pieces: [RunPiece], _ shares: [Double]) -> Estimate {
    let value = logMean(pieces) { $0.logNormalizer ?? -.infinity }
    let each = pieces[0].particles / pieces[0].islands
    let islands = pieces.flatMap(\.islandLogNormalizers)
    let areAlike = pieces.allSatisfy { $0.particles == each * $0.islands && !$0.exchangesIslands }
    if areAlike, islands.count >= NormalizerEstimate.islandsForSpread {
      let spread = NormalizerEstimate.merge(
        islands.map { .init(logNormalizer: $0, resamplings: 0, relativeVariance: nil) },
        resampler: KillingResampler(), threshold: 0.5)
      return Estimate(
        value: value, standardError: spread.standardError, standardErrorMethod: spread.standardErrorMethod,
        degreesOfFreedom: spread.degreesOfFreedom, missingStandardError: spread.missingStandardError)
    }
    var square = 0.0
    for (piece, share) in zip(pieces, shares) where share > 0 {
      guard let error = piece.standardError else {
        return Estimate(
          value: value, standardError: nil, standardErrorMethod: nil, degreesOfFreedom: nil,
          missingStandardError: .unsupportedResampling)
      }
      square += share * share * error * error
    }
    return Estimate(
      value: value, standardError: square.squareRoot(), standardErrorMethod: .leeWhiteley,
      degreesOfFreedom: nil)
  }

  private static func genealogy(of pieces: [RunPiece]) -> Genealogy {
    let total = pieces.reduce(0) { $0 + $1.particles }
    let steps = pieces[0].genealogy.steps
    var parents: [Int32] = []
    parents.reserveCapacity(steps.count * total)
    for slice in steps.indices {
      var first = 0
      for piece in pieces {
        let own = piece.genealogy.parents[slice * piece.particles..<(slice + 1) * piece.particles]
        parents += own.map { $0 + Int32(first) }
        first += piece.particles
      }
    }
    return Genealogy(steps: steps, parents: parents, particles: total)
  }

  private static func independent(_ pieces: [RunPiece]) -> Estimate? {
    let found = pieces.compactMap(\.independent)
    guard found.count == pieces.count else { return nil }
    let count = Double(found.count)
    let sum = LogWeights.logSumExp(found.map(\.value))
    let square = found.reduce(0) {
      let share = exp($1.value - sum)
      return $0 + share * share * $1.standardError * $1.standardError
    }
    return Estimate(
      value: sum - log(count), standardError: square.squareRoot(), standardErrorMethod: nil,
      degreesOfFreedom: nil)
  }

  /// The weighted mean of what each has; nil where one has none.
  private static func stepSizeError(_ pieces: [RunPiece], _ weights: [Double]) -> StepSizeError? {
    let found = pieces.compactMap(\.stepSizeError)
    guard found.count == pieces.count else { return nil }
    func mean(_ figure: (StepSizeError) -> StepSizeError.Figure) -> StepSizeError.Figure {
      let each = found.map(figure)
      func error(_ own: (StepSizeError.Figure) -> Double?) -> Double? {
        var square = 0.0
        for (figure, weight) in zip(each, weights) {
          guard let error = own(figure) else { return nil }
          square += weight * weight * error * error
        }
        return square.squareRoot()
      }
      return StepSizeError.Figure(
        value: zip(each, weights).reduce(0) { $0 + $1.0.value * $1.1 }, standardError: error(\.standardError),
        monteCarloError: error(\.monteCarloError))
    }
    return StepSizeError(
      logNormalizer: mean(\.logNormalizer), mean: found[0].mean.indices.map { j in mean { $0.mean[j] } },
      order: found[0].order, steps: found[0].steps, particles: found.reduce(0) { $0 + $1.particles })
  }

  /// Each kind once: the sentence of the first run that has it, of a doubtful one where there is one.
  private static func warnings(of pieces: [RunPiece]) -> [RunWarning] {
    var codes: [RunWarning.Code] = []
    for warning in pieces.flatMap(\.warnings) where !codes.contains(warning.code) {
      codes.append(warning.code)
    }
    return codes.map { code in
      let own = pieces.compactMap { piece in
        piece.warnings.first { $0.code == code && $0.isDoubt } ?? piece.warnings.first { $0.code == code }
      }
      let worst = own.first(where: \.isDoubt) ?? own[0]
      guard own.count < pieces.count || pieces.count == 1 else { return worst }
      return RunWarning(
        code, "In \(own.count) of \(pieces.count) runs: \(worst.sentence)", isDoubt: worst.isDoubt)
    }
  }

  /// How many of its errors a run may be from the others: Student's t of two estimates on 8 islands each exceeds it once in five thousand.
  private static let mostErrors = 5.0

  /// What only runs together show: that they disagree beyond their errors, as where some have missed a mode, or that one has all weight.
  private static func doubts(_ pieces: [RunPiece], _ merged: Estimate?) -> [RunWarning] {
    var doubts: [RunWarning] = []
    if case .oneIsland(let share)? = merged?.missingStandardError {
      doubts.append(
        RunWarning(
          .oneIsland,
          "One of \(pieces.reduce(0) { $0 + $1.islands }) islands has \((100 * share).text(decimals: 0)) % of all weight: log Z has no standard error.",
          isDoubt: true))
    }
    let known = pieces.compactMap { piece in
      piece.logNormalizer.flatMap { value in piece.standardError.map { (value: value, error: $0) } }
    }
    var worst = 0.0
    for first in known.indices {
      for second in known.indices where second > first {
        // Runs without any spread differ by rounding.
        let error = hypot(hypot(known[first].error, known[second].error), 1e-6)
        worst = max(worst, abs(known[first].value - known[second].value) / error)
      }
    }
    if worst > mostErrors {
      doubts.append(
        RunWarning(
          .disagreement,
          "Runs of different seeds have log Z apart by up to \(worst.text(decimals: 1)) of their standard errors: some have missed a part of the "
            + "target. Try more particles, or `noiseScale` 2 with 4 times the steps.", isDoubt: true))
    }
    return doubts.filter { own in
      !pieces.contains { $0.warnings.contains { $0.code == own.code && $0.isDoubt } }
    }
  }

  private static func trace(of pieces: [RunPiece]) -> [StepReport] {
    let first = pieces[0].trace
    let initial = logMean(pieces) { $0.logNormalizerInitial ?? 0 }
    var elapsed = 0.0
    return first.indices.map { step in
      let rows = pieces.map { $0.trace[step] }
      elapsed = rows.reduce(0) { $0 + $1.elapsedSeconds }
      // How much of all weight each has here.
      let logs = zip(pieces, rows).map { piece, row in
        (piece.logNormalizerInitial ?? 0) + (row.logNormalizerRatio ?? 0) + log(Double(piece.particles))
      }
      let sum = LogWeights.logSumExp(logs)
      let shares = logs.map { exp($0 - sum) }
      func mean(_ figure: (StepReport) -> Double?) -> Double? {
        var (total, weight) = (0.0, 0.0)
        for (row, share) in zip(rows, shares) {
          guard let own = figure(row) else { continue }
          (total, weight) = (total + share * own, weight + share)
        }
        return weight > 0 ? total / weight : nil
      }
      let square = zip(rows, shares).reduce(0) { $0 + $1.1 * $1.1 / $1.0.effectiveSampleSize }
      let residualErrors = zip(rows, shares).compactMap { row, share in
        row.scoreResidualError.map { share * Double($0) }
      }
      let hasWeights = rows.allSatisfy { $0.logNormalizerRatio != nil }
      let particles = pieces.reduce(0) { $0 + $1.particles }
      return StepReport(
        step: step, steps: rows[0].steps, time: rows[0].time, noiseLevel: rows[0].noiseLevel,
        effectiveSampleSize: square > 0 ? 1 / square : Double(particles),
        logNormalizerRatio: hasWeights ? sum - log(Double(particles)) - initial : nil,
        scoreResidual: mean { $0.scoreResidual.map(Double.init) }.map { Float($0) },
        scoreResidualError: residualErrors.count == rows.count
          ? Float(residualErrors.reduce(0) { $0 + $1 * $1 }.squareRoot()) : nil,
        resampledIslands: rows.reduce(0) { $0 + $1.resampledIslands },
        uniqueAncestors: rows.reduce(0) { $0 + $1.uniqueAncestors },
        controlSlope: mean(\.controlSlope) ?? 0, alignment: mean(\.alignment),
        moveAcceptance: mean(\.moveAcceptance), moveSize: mean(\.moveSize), elapsedSeconds: elapsed,
        particleStepsPerSecond: 0)
    }
  }
}
