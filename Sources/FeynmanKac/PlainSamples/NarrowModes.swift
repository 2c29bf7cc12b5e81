import Libc

/// Places that are much narrower than most of the data, and how early exponents can move without losing them.
///
/// Noise lowers the peak of a narrow mode more than that of a wide one: where exponents have moved from `a₀` to `a` at level `v`, a place
/// whose scores have the precision `κ` has lost `½ d Σ (a − a₀) log(1 + v κ)` of its log share. A mode that is rare and narrow has next to none
/// left where that is early, and particles that go there are resampled away.
/// - Source: derived in <doc:Trust>.
struct NarrowModes: Codable {
  /// How many times the precision of most places a narrow one has.
  private static let ratio = 2.5
  /// The least share of the target's mass that is looked after.
  private static let leastShare = 0.01
  /// The particles that such places are to keep, or half of those that they should have.
  private static let leastParticles = 16.0
  /// Levels that are tried: sixty times a factor of 1.4.
  private static let (gridSize, gridStep) = (60, 0.336)

  private let places: [Place]
  /// The rows of the samples that are at such places, the narrowest first.
  let rows: [Int]
  private let dimensions: Int
  /// `v` where the samples are.
  private let level: Double

  /// The share of the target's mass there.
  var share: Double {
    let logWhole = LogWeights.logSumExp(places.map(\.logWeight))
    return rows.reduce(0) { $0 + exp(places[$1].logWeight - logWhole) }
  }

  /// Whether these are places of so many samples.
  func hasShape(samples: Int) -> Bool { places.count == samples && rows.allSatisfy(places.indices.contains) }

  /// The highest level from which on exponents can move, of a run of so many particles; nil where nothing is much narrower than the rest.
  func highestLevel(particles: Int) -> Double? {
    guard !rows.isEmpty else { return nil }
    var highest: Double?
    for step in 1...Self.gridSize {
      let next = level * exp(Self.gridStep * Double(step))
      guard keeps(at: next, of: Double(particles)) else { return highest ?? next }
      highest = next
    }
    return nil
  }

  /// Whether narrow places have enough particles, those alone that are the narrowest and all.
  private func keeps(at next: Double, of particles: Double) -> Bool {
    let logShares = places.map { $0.logWeight - $0.loss(from: level, to: next, dimensions: dimensions) }
    let logSum = LogWeights.logSumExp(logShares)
    let logWhole = LogWeights.logSumExp(places.map(\.logWeight))
    var (share, kept) = (0.0, 0.0)
    for place in rows {
      share += exp(places[place].logWeight - logWhole)
      kept += exp(logShares[place] - logSum)
      if share >= Self.leastShare, kept * particles < min(Self.leastParticles, 0.5 * share * particles) {
        return false
      }
    }
    return true
  }
}

extension NarrowModes {
  /// A plain sample, with what two probes tell of the scores around it.
  private struct Place: Codable {
    /// The precision of each model's scores and by how much its exponent moves.
    struct Move: Codable {
      let precision: Double
      let exponent: Double
    }

    /// One of each model.
    var moves: [Move] = []
    /// The precisions of the composition at the start of a late path and of the target.
    var start = 0.0
    var target = 0.0
    /// The squares `|s|²` of both.
    var startSquare = 0.0
    var targetSquare = 0.0
    /// What it weighs, in nats.
    var logWeight: Double

    init(logWeight: Double) { self.logWeight = logWeight }

    /// What samples around it weigh in the mean, by Laplace's formula. A sample at the edge of a mode has next to no weight by itself.
    func meanLogWeight(dimensions: Int) -> Double {
      guard start > 0, target > 0 else { return logWeight }
      return logWeight + 0.5
        * (targetSquare / target - startSquare / start - Double(dimensions) * log(target / start))
    }

    /// How much more of the log share is lost where exponents have moved at a level than where they move at the data.
    func loss(from level: Double, to next: Double, dimensions: Int) -> Double {
      moves.reduce(0) {
        $0 + 0.5 * Double(dimensions) * $1.exponent * log(1 + (next - level) * max(0, $1.precision))
      }
    }
  }

  /// Directions in which scores are differentiated.
  private static let probes = 2
  /// How often each model is asked about each sample.
  static let evaluations = 1 + probes

  /// - Parameters:
  ///   - run: Plain samples at the end of their path.
  ///   - seed: Theirs.
  /// - Throws: `RunError` where a model fails.
  init(_ run: SamplingRun, _ plan: RunPlan, seed: UInt64) throws {
    let d = plan.dimensions
    var places = run.normalizedLogWeights.map { Place(logWeight: $0) }
    var start = [Double](repeating: 0, count: places.count * d)
    var target = start
    for term in plan.terms {
      let (scores, precisions) = try Self.scores(of: term, run, plan, seed: seed)
      let (first, last) = (term.exponents[0], term.exponents[plan.steps])
      for (row, precision) in precisions.enumerated() {
        places[row].moves.append(Place.Move(precision: precision, exponent: last - first))
        places[row].start += first * precision
        places[row].target += last * precision
      }
      for (index, score) in scores.enumerated() {
        start[index] += first * score
        target[index] += last * score
      }
    }
    for index in start.indices {
      places[index / d].startSquare += start[index] * start[index]
      places[index / d].targetSquare += target[index] * target[index]
    }
    let typical = places.map(\.start).sorted()[places.count / 2]
    let found = places.indices.filter { places[$0].start > Self.ratio * typical }
    rows = found.sorted { places[$0].start > places[$1].start }
    for place in rows { places[place].logWeight = places[place].meanLogWeight(dimensions: d) }
    self.places = places
    dimensions = d
    level = plan.path.levels[plan.steps]
  }

  /// A model's scores at the samples, `[n, d]` in `y` coordinates, and `−tr ∇s/d` there, `[n]`.
  private static func scores(
    of term: RunPlan.PlannedTerm, _ run: SamplingRun, _ plan: RunPlan, seed: UInt64
  ) throws -> (scores: [Double], precisions: [Double]) {
    let values = plan.particles * plan.dimensions
    let point = term.points[plan.steps]
    let all = run.model.state.states.all
    let states = (0..<values).map { Double(all[$0]) }
    let length = Probe.length * plan.path.levels[plan.steps].squareRoot()
    let ask = RowScores(
      term.model, capacity: plan.particles, callRows: RowScores.callRows(term.model, of: plan.particles))
    let here = try ask.scores(at: states, of: point, step: plan.steps)
    var precisions = [Double](repeating: 0, count: plan.particles)
    var generator = PhiloxGenerator(StreamKey(seed: seed, island: 0, block: 0, step: 0, purpose: .check))
    for _ in 0..<probes {
      let signs = here.map { _ in generator.next() >> 63 == 1 ? 1.0 : -1 }
      let there = try ask.scores(
        at: zip(states, signs).map { $0 + length * $1 }, of: point, step: plan.steps)
      for index in 0..<values {
        precisions[index / plan.dimensions] -=
          signs[index] * (there[index] - here[index]) / (length * Double(probes * plan.dimensions))
      }
    }
    return (here, precisions)
  }
}
