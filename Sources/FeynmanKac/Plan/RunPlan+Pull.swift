// How fast the path pulls particles, which a step must not be longer than.

extension RunPlan {
  /// The fastest pull of a path.
  struct Pull {
    /// Its rate, in `1/u`.
    var rate = 0.0
    /// `Σ|aᵢ|` where it is.
    var sizes = 1.0
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
        var (sizes, pull) = (0.0, 0.0)
        for (term, variance) in zip(terms, variances) {
          let size = abs(term.exponents[place])
          sizes += size
          pull += size * level / (level + variance)
        }
        let rate = 0.5 * (1 + c * c) * pull
        if rate > strongest.rate { strongest = Pull(rate: rate, sizes: sizes) }
      }
    }
    return strongest
  }

  /// The steps of half a unit of log v at c = 1, and shorter by c, in which the pull moves a particle by no more than its distance
  /// from where it is pulled.
  var wantedSteps: Int {
    let c = max(1, noiseScaleMaximum)
    return Int(clamping: (path.length * max(2 * c, strongestPull.rate)).rounded(.up))
  }
}
