import Libc

/// Where a path at noise level `v` is expected to end, at `v₀`: what a composition of Gaussians says of it.
///
/// On data of variance `s²` the composition's marginals are `N(m, (s² + v)/A)`, and the step that keeps them, with noise `c`,
/// is linear: with `J = (s² + v₀)/(s² + v)` the end is `N(m + J^p (y − m), (s² + v₀)(1 − J^(Ac²))/A)`, `p = ½(1 + Ac²)`. At
/// `A = c = 1` the mean is `y + (v − v₀)S` on data of any kind (Tweedie's formula).
/// - Source: derived in <doc:Rewards>.
struct LookAhead {
  /// What the score is multiplied by in the mean `y + pull S`, in squared data units.
  let pull: Double
  /// The variance around it, in squared data units.
  let variance: Double
  /// `J^p`, how much of a change of the state the mean follows.
  let response: Double

  /// - Parameters:
  ///   - s2: `s²`, in squared data units.
  ///   - level: `v`.
  ///   - end: `v₀`.
  ///   - exponentSum: `A`.
  ///   - noiseScale: `c`.
  init(
    variance s2: Double, from level: Double, to end: Double, exponentSum: Double, noiseScale: Double
  ) {
    // log J, without cancellation near the end.
    let decay = -log1p((level - end) / (s2 + end))
    let noise = exponentSum * noiseScale * noiseScale
    let power = 0.5 * (1 + noise)
    pull = -expm1(power * decay) * (s2 + level) / exponentSum
    variance = -expm1(noise * decay) * (s2 + end) / exponentSum
    response = exp(power * decay)
  }
}

/// How wide the data of a composition is, as far as its models say.
struct DataSpread {
  private struct Part {
    let exponents: [Double]
    /// The variance within modes, and between them.
    let within: Double
    let between: Double
  }

  private let parts: [Part]
  private let steps: Int
  /// Something says it.
  let isKnown: Bool
  /// The data is a Gaussian of about the same width everywhere.
  let isGaussian: Bool

  /// What the standard deviation is taken for where nothing says it: that of data that was scaled for training.
  static let guess = 1.0
  /// Standard deviations of coordinates that differ by so much are as good as one.
  private static let sameWidth = 1.3

  /// - Parameter stated: `s`, which is taken for that of every model; nil for what each says.
  init(_ terms: [RunPlan.PlannedTerm], stated: Double?) {
    steps = terms[0].exponents.count - 1
    parts = terms.compactMap { term in
      if let own = stated ?? term.model.dataStandardDeviation {
        return Part(exponents: term.exponents, within: own * own, between: 0)
      }
      return term.model.mixture.map(\.spread).map {
        Part(exponents: term.exponents, within: $0.within, between: $0.total - $0.within)
      }
    }
    isKnown = !parts.isEmpty
    isGaussian =
      stated == nil && terms.count == 1 && terms[0].model.dataStandardDeviation == nil
      && terms[0].model.mixture?.isNearlyIsotropic(within: Self.sameWidth) ?? false
  }

  /// `s²` at a level, so that the end of the path has the variance `s²/A`.
  ///
  /// Exponents that move narrow it no more than those of the end of the path do, where they are smaller.
  func variance(at step: Int, exponentSum: Double, exponentSumAtEnd: Double) -> Double {
    let own = variance(at: step, exponentSum: exponentSum)
    let last = variance(at: steps, exponentSum: exponentSumAtEnd)
    return max(own, last * exponentSum / exponentSumAtEnd)
  }

  /// Precisions add up as those of Gaussians; the places of modes stay where they are.
  private func variance(at step: Int, exponentSum: Double) -> Double {
    guard isKnown else { return Self.guess * Self.guess }
    var (precision, sum, least) = (0.0, 0.0, Double.infinity)
    for part in parts {
      let variance = part.within + max(1, exponentSum) * part.between
      precision += part.exponents[step] / variance
      sum += part.exponents[step]
      if part.exponents[step] > 0 { least = min(least, variance) }
    }
    guard precision > 0, sum > 0 else { return least.isFinite ? least : Self.guess * Self.guess }
    return sum / precision
  }
}

extension GaussianMixture {
  /// True for a single component whose standard deviations differ by no more than a factor, and for any mixture on a line.
  fileprivate func isNearlyIsotropic(within factor: Double) -> Bool {
    if dimensions == 1 { return true }
    guard standardDeviations.count == 1, let least = standardDeviations[0].min(),
      let most = standardDeviations[0].max()
    else { return false }
    return most <= factor * least
  }
}
