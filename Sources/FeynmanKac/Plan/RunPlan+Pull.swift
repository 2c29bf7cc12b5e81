// How fast the path pulls particles, which a step must not be longer than.

extension RunPlan {
  /// The fastest pull of a path.
  struct Pull {
    /// Its rate, in `1/u`.
    var rate = 0.0
    /// `Σ|aᵢ|` where it is.
    var sizes = 1.0
    /// What noise beyond `c = 1` adds to it, where that is most: `½(c²−1)` in place of `½(1+c²)`, of models that are no single Gaussians, whose
    /// scores are linear.
    var noiseRate = 0.0
  }

  /// The largest `½(1+c²) Σ |aᵢ| v/(v + sᵢ²)`, with `c` of at least 1, over the steps: at noise level v the scores of data with the
  /// variance `s²` change at `1/(v+s²)` across it. `sᵢ²` is the least variance of a mixture's components, and 0 where it is not known.
  var strongestPull: Pull {
    let variances = terms.map { term in
      term.model.mixture?.standardDeviations.joined().min().map { $0 * $0 } ?? 0
    }
    var strongest = Pull()
    for step in 0..<steps {
      let numbers = numbers(ofStep: step)
      let c = max(1, numbers.noiseScale.middle)
      for (place, level) in [(step, numbers.level), (step + 1, numbers.nextLevel)] {
        var (sizes, pull, curved) = (0.0, 0.0, 0.0)
        for (term, variance) in zip(terms, variances) {
          let size = abs(term.exponents[place])
          let own = size * level / (level + variance)
          sizes += size
          pull += own
          if term.model.mixture?.weights.count != 1 { curved += own }
        }
        let rate = 0.5 * (1 + c * c) * pull
        if rate > strongest.rate { (strongest.rate, strongest.sizes) = (rate, sizes) }
        strongest.noiseRate = max(strongest.noiseRate, 0.5 * (c * c - 1) * curved)
      }
    }
    return strongest
  }

  /// How far noise beyond `c = 1` may pull a particle in a step. In longer ones a run of twice the step length does not tell the error of this one: on
  /// eight mixtures with `c` from 1 to 3 log Z was off by up to 5.7 standard errors of 2,000 particles, of which it said nothing or the
  /// opposite; below it is off by what is said, within a standard error.
  static let longestNoisePull = 0.35

  /// The steps of half a unit of log v at c = 1, and shorter by c, in which the pull moves a particle by no more than its distance
  /// from where it is pulled, and which a run of twice the length measures.
  var wantedSteps: Int {
    let c = max(1, noiseScaleMaximum)
    let pull = strongestPull
    let rate = max(2 * c, pull.rate, pull.noiseRate / Self.longestNoisePull)
    return Int(clamping: (path.length * rate).rounded(.up))
  }
}
