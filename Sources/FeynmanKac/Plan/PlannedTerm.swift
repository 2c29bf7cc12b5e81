// Which models are asked, where, and together with which others.

extension RunPlan {
  /// One model, its exponent and where it is asked at every level of the path.
  ///
  /// A class: every block of every step reads it, and a copy of a struct would count four references each time.
  final class PlannedTerm: Sendable {
    let name: String
    let model: any ScoreModel
    /// The model's own.
    let process: any NoiseProcess
    /// `steps + 1` points of the model's own process; for a model that is exact at every level, of the one with
    /// `α = 1`, in which no coordinates need scaling.
    let points: [NoisePoint]
    /// `a` at the `steps + 1` levels.
    let exponents: [Double]
    /// `da/du` of the `steps` steps; empty for an exponent that stands still.
    let exponentSlopes: [Double]

    init(
      name: String, model: any ScoreModel, process: any NoiseProcess, points: [NoisePoint],
      exponents: [Double], exponentSlopes: [Double]
    ) {
      self.name = name
      self.model = model
      self.process = process
      self.points = points
      self.exponents = exponents
      self.exponentSlopes = exponentSlopes
    }

    /// Whether `log q` enters the weights.
    var isMoving: Bool { !exponentSlopes.isEmpty }

    /// Whether that is carried along the path where it is needed, as the model does not know it.
    var isCarried: Bool { isMoving && !model.hasLogDensity }

    /// `da/du` in a step; 0 before the first and after the last.
    func exponentSlope(in step: Int) -> Double {
      exponentSlopes.indices.contains(step) ? exponentSlopes[step] : 0
    }

    /// A term with arrays of its own, so that its references are counted apart from those of this one.
    func copy() -> PlannedTerm {
      PlannedTerm(
        name: name, model: model, process: process, points: points.map { $0 },
        exponents: exponents.map { $0 }, exponentSlopes: exponentSlopes.map { $0 })
    }

    /// The model as one that may answer together with the other term's.
    func stackable(with other: PlannedTerm) -> Bool {
      guard let model = model as? any StackableModel, let otherModel = other.model as? any StackableModel
      else {
        return false
      }
      return !model.hasLogDensity && model.canStack(with: otherModel) && points == other.points
    }
  }

  /// Terms that one call answers for, by their indices. A class for the same reason.
  final class TermGroup: Sendable {
    let terms: [Int]
    /// Answers for all of them; nil where there is only one.
    let stack: (any StackedModel)?
    /// The most rows of a call; nil where each block has its own.
    let batchRows: Int?

    init(terms: [Int], stack: (any StackedModel)?, batchRows: Int?) {
      self.terms = terms
      self.stack = stack
      self.batchRows = batchRows
    }

    func copy() -> TermGroup { TermGroup(terms: terms.map { $0 }, stack: stack, batchRows: batchRows) }
  }

  /// The target's terms, those of one name as one: they share one evaluation, and their exponents add up.
  static func merged(_ terms: [Target.Term]) -> [Target.Term] {
    var merged: [Target.Term] = []
    for term in terms {
      if let index = merged.firstIndex(where: { $0.name == term.name }) {
        let sum = merged[index].exponent
        merged[index].exponent = Schedule(from: sum.from + term.exponent.from, to: sum.to + term.exponent.to)
      } else {
        merged.append(term)
      }
    }
    return merged.filter { $0.exponent != .constant(0) }
  }

  static func planTerms(
    _ terms: [Target.Term], of target: Target, _ ramp: ExponentRamp?, path: Path, process: any NoiseProcess
  ) throws -> [PlannedTerm] {
    try terms.enumerated().map { place, term in
      let own = term.process ?? process
      let isExactEverywhere = term.model.noiseLevels == 0...Double.infinity
      if !isExactEverywhere {
        let trained = term.model.noiseLevels ?? own.noiseLevels
        let first = path.levels[0]
        let last = path.levels[path.steps]
        // A path that comes from the same numbers may end a rounding error outside.
        guard trained.lowerBound <= last * (1 + 1e-9), first * (1 - 1e-9) <= trained.upperBound else {
          throw SetupError(
            "\(target.place(of: term.name)).model",
            "the model covers noise levels \(trained.lowerBound) to \(trained.upperBound), the path runs from "
              + "\(first) to \(last); change `startTime` and `endTime` or the process")
        }
      }
      return PlannedTerm(
        name: term.name, model: term.model, process: own,
        points: path.levels.enumerated().map { step, level in
          isExactEverywhere
            ? NoisePoint(time: path.times[step], signal: 1, noise: level.squareRoot())
            : own.point(atNoiseLevel: level)
        },
        exponents: exponents(of: term, place, ramp, along: path),
        exponentSlopes: exponentSlopes(of: term, place, ramp, along: path))
    }
  }

  private static func exponents(
    of term: Target.Term, _ place: Int, _ ramp: ExponentRamp?, along path: Path
  ) -> [Double] {
    guard let ramp else { return path.progress.map { term.exponent.value(at: $0) } }
    let (start, last) = (ramp.starts[place], path.levels[path.steps])
    return path.levels.map { start + (term.exponent.to - start) * ramp.progress(at: $0, last: last) }
  }

  private static func exponentSlopes(
    of term: Target.Term, _ place: Int, _ ramp: ExponentRamp?, along path: Path
  ) -> [Double] {
    guard let ramp else {
      let change = term.exponent.to - term.exponent.from
      return change == 0 ? [] : [Double](repeating: change / path.length, count: path.steps)
    }
    guard ramp.starts[place] != term.exponent.to else { return [] }
    let values = exponents(of: term, place, ramp, along: path)
    return (0..<path.steps).map { (values[$0 + 1] - values[$0]) / path.stepLength($0) }
  }

  static func groups(of terms: [PlannedTerm], particles: Int) -> [TermGroup] {
    var groups: [[Int]] = []
    for (index, term) in terms.enumerated() {
      if let place = groups.firstIndex(where: { terms[$0[0]].stackable(with: term) }) {
        groups[place].append(index)
      } else {
        groups.append([index])
      }
    }
    return groups.map { indices in
      let models = indices.compactMap { terms[$0].model as? any StackableModel }
      let stack = indices.count > 1 ? models[0].stacked(with: Array(models.dropFirst())) : nil
      let model = terms[indices[0]].model
      return TermGroup(
        terms: indices, stack: stack,
        batchRows: model.batching.rows(of: particles, dimensions: model.dimensions))
    }
  }

  /// Whether a term's scores are needed at a level: not where its exponent is 0 there and nothing else uses them.
  func asks(_ term: PlannedTerm, at step: Int) -> Bool {
    if term.exponents[step] != 0 { return true }
    // Where its log density is carried, they are from there on alone.
    if needs.contains(.carriedLogDensities), term.isCarried, !needs.contains(.kernels) {
      // A control by scores looks back to the level before.
      return probes(at: needs.contains(.scoreControl) ? step + 1 : step)
    }
    return needs.contains(.termScores)
      || (needs.contains(.termLogDensities)
        && (term.exponentSlope(in: step - 1) != 0 || term.exponentSlope(in: step) != 0))
  }

  /// Whether a term's scores are needed for a stage of a step.
  func asks(_ term: PlannedTerm, at step: Int, for stage: StepStage) -> Bool {
    stage == .probe ? isProbed(term) : asks(term, at: step)
  }

  /// Calls a model and gives its errors their place.
  func asking(_ term: PlannedTerm, at step: Int, _ evaluate: (NoisePoint) throws -> Void) throws {
    do { try evaluate(term.points[step]) } catch is CancellationError {
      throw RunError.cancelled(step: step)
    } catch {
      throw RunError.modelFailed(
        source: "model '\(term.name)'", step: step, time: path.times[step], reason: "\(error)")
    }
  }

  /// How often a term's model is asked at a level.
  func evaluations(of term: PlannedTerm, at level: Int) -> Int {
    var count = 0
    var stage: StepStage? = .first(to: level)
    while let current = stage {
      if current.asks, asks(term, at: level, for: current) { count += 1 }
      stage = self.stage(after: current, to: level)
    }
    guard asks(term, at: level) else { return count }
    return count + moves(at: level) * (carriesBack(at: level) ? 2 : 1)
  }

  /// Rows each model is asked for.
  var modelEvaluations: [(model: String, rows: Int)] {
    terms.map { term in
      let calls = (0...steps).reduce(0) { $0 + evaluations(of: term, at: $1) }
      return (term.name, calls * particles)
    }
  }
}
