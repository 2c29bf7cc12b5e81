/// What the scores of a composition are far beyond all particles, where those of a density with a finite integral pull back.
///
/// Negative exponents can outweigh the others in a tail that no particle comes to: then Z is infinite, and nothing in the run shows it.
/// So the models are asked along rays, at distances that double. Between two of them `p = −⟨r, s′ − s⟩/|r|²` per unit of distance is the
/// precision of a model along the ray; the composition has `Σ aᵢ pᵢ`, and with a quadratic reward `λπ` more. Where that is below 0 although every model's own is above it, as a
/// density's must be, and the same farther out, the composition has no finite integral.
/// - Source: derived in <doc:Trust>.
struct FarScores: Sendable {
  /// `Σ aᵢ pᵢ / Σ |aᵢ| pᵢ` along the ray where it is least, the larger of both pairs of distances; 1 where no ray tells.
  private(set) var pull = 1.0
  /// The coordinate that this ray is nearest to.
  private(set) var coordinate = 0
  /// A model that does not answer so far out; nil where all do.
  private(set) var silent: String?

  /// Distances, in standard deviations of the run's particles.
  static let distances = [16.0, 32, 64]
  /// Coordinates along which rays go, both ways, and particles through which they go.
  private static let (axes, particles) = (24, 16)

  /// Rows that each model is asked for; 0 where nothing is to be found out.
  static func rows(_ plan: RunPlan) -> Int {
    isOpen(plan) ? distances.count * rays(plan) : 0
  }

  /// Whether exponents below 0 meet models whose tails nobody knows.
  private static func isOpen(_ plan: RunPlan) -> Bool {
    let form = plan.reward?.quadraticForm?.precision
    let pushes = plan.terms.contains { $0.exponents[plan.steps] < 0 } || form?.contains { $0 < 0 } ?? false
    return plan.needs.contains(.weights) && pushes && plan.terms.contains { $0.model.mixture == nil }
      && (plan.reward?.leavesTails ?? true || form != nil)
  }

  private static func rays(_ plan: RunPlan) -> Int {
    2 * min(axes, plan.dimensions) + min(particles, plan.particles)
  }

  /// - Returns: Nil where nothing is to be found out.
  init?(_ plan: RunPlan, _ result: RunResult) {
    guard Self.isOpen(plan), let subset = ParticleSubset(result, atMost: 4096) else { return nil }
    let d = plan.dimensions
    let signal = plan.path.signals[plan.steps]
    let moments = subset.moments(dimensions: d)
    let center = moments.mean.map { $0 / signal }
    let widths = moments.variance.map {
      max($0.squareRoot(), plan.path.levels[plan.steps].squareRoot()) / signal
    }
    let rays = Self.rays(plan, subset, center: center, widths: widths)
    let rewards = rays.map { Self.rewardPrecision(plan, along: $0) }
    var composed = (1..<Self.distances.count).flatMap { _ in rewards }
    var sizes = composed.map(abs)
    for term in plan.terms {
      guard let own = Self.precisions(of: term, plan, rays, center) else {
        silent = term.name
        return
      }
      let exponent = term.exponents[plan.steps]
      for place in own.indices {
        composed[place] += exponent * own[place]
        // What a model says that is no density's there counts for nothing.
        sizes[place] += own[place] > 0 || exponent == 0 ? abs(exponent) * own[place] : .infinity
      }
    }
    let pulls = rays.indices.map { ray in
      (0..<Self.distances.count - 1).map { pair in
        let place = pair * rays.count + ray
        return sizes[place] < .infinity && sizes[place] > 0 ? composed[place] / sizes[place] : 1
      }.max()!
    }
    let least = pulls.indices.min { pulls[$0] < pulls[$1] }!
    pull = pulls[least]
    coordinate = (0..<d).max { abs(rays[least][$0]) / widths[$0] < abs(rays[least][$1]) / widths[$1] }!
  }

  /// Along coordinates and through particles, one standard deviation long, `[rays][d]`.
  private static func rays(_ plan: RunPlan, _ subset: ParticleSubset, center: [Double], widths: [Double])
    -> [[Double]]
  {
    let d = plan.dimensions
    let signal = plan.path.signals[plan.steps]
    let along = (0..<min(axes, d)).flatMap { axis in
      [1.0, -1].map { sign in (0..<d).map { $0 == axis ? sign * widths[axis] : 0 } }
    }
    let count = min(particles, plan.particles)
    let through = (0..<count).map { number in
      let row = subset.rows[number * subset.rows.count / count]
      let difference = (0..<d).map { Double(subset.samples[row * d + $0]) / signal - center[$0] }
      let length = zip(difference, widths).reduce(0) { $0 + ($1.0 / $1.1) * ($1.0 / $1.1) }.squareRoot()
      return length > 0 ? difference.map { $0 / length } : along[0]
    }
    return along + through
  }

  /// What a quadratic reward adds along a ray; 0 for any other.
  private static func rewardPrecision(_ plan: RunPlan, along ray: [Double]) -> Double {
    guard let form = plan.reward?.quadraticForm?.precision else { return 0 }
    let signal = plan.path.signals[plan.steps]
    let squares = ray.map { $0 * $0 }
    return plan.rewardScales[plan.steps] * signal * signal * zip(form, squares).reduce(0) { $0 + $1.0 * $1.1 }
      / squares.reduce(0, +)
  }

  /// A model's precisions along the rays, `[pairs of distances][rays]`; nil where it does not answer.
  private static func precisions(
    of term: RunPlan.PlannedTerm, _ plan: RunPlan, _ rays: [[Double]], _ center: [Double]
  ) -> [Double]? {
    let d = plan.dimensions
    let ask = RowScores(
      term.model, capacity: rays.count, callRows: RowScores.callRows(term.model, of: rays.count))
    // A model may refuse what is so far from its data, and owes no answer there.
    guard
      let scores = try? distances.map({ distance in
        try ask.scores(
          at: rays.flatMap { ray in (0..<d).map { center[$0] + distance * ray[$0] } },
          of: term.points[plan.steps], step: plan.steps)
      })
    else { return nil }
    return (1..<distances.count).flatMap { pair in
      rays.indices.map { row in
        let (ray, apart) = (rays[row], distances[pair] - distances[pair - 1])
        let (rise, square) = (0..<d).reduce((0.0, 0.0)) { sums, j in
          let change = scores[pair][row * d + j] - scores[pair - 1][row * d + j]
          return (sums.0 + ray[j] * change, sums.1 + ray[j] * ray[j])
        }
        return -rise / (apart * square)
      }
    }
  }
}
