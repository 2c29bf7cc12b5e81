import Libc

/// How much of a small change of the state its drift point follows, on average: `ρ = tr(∂ȳ/∂y)/D`.
///
/// Near 0 in pure noise, where all states expect the same data, and near 1 at the data, where a state is its own best
/// guess. A step that knows `ρ` solves that part of its drift exactly.
///
/// By Stein's lemma the noise `√V z` of a step tells it without any derivative: `√V D ρ = E⟨z, ȳ(y')⟩`, which is
/// `ρ = 1 + E⟨z, p(y') − p(y)⟩/(√V D)` for the pull `p = ȳ − y`; that of the start has mean 0 and takes most of the noise
/// out.
///
/// - Source: Stein 1981, lemma 1; derived in <doc:Mathematics>.
package struct PointResponse: BitwiseCopyable {
  /// The response of the step that is being made, and of the point that it extrapolates from.
  package private(set) var current = 0.0
  /// The response of the step after, and of the point that this step keeps.
  package private(set) var next = 0.0
  private var measured = 0.0

  package init() {}

  /// - Parameters:
  ///   - product: `Σ ⟨z, p(y') − p(y)⟩` over particles.
  ///   - deviation: `√V`.
  ///   - values: Particles times `D`.
  package mutating func measure(product: Double, deviation: Double, values: Double) {
    // Without noise nothing is measured.
    let found = deviation > 0 ? 1 + product / (deviation * values) : 0
    measured = found.isFinite ? min(max(found, 0), 1) : 0
  }

  /// What is left of `ρ κ₀ Δ` to the part that is extrapolated where a direction follows its point much less than the
  /// average: well inside the bound of 1 below which two-step extrapolation is stable.
  private static let largestShare = 0.5

  /// - Parameters:
  ///   - pull: `κ₀ Δ` of the step that is next; nil where there is none.
  ///   - distance: From where `ρ` was measured to the middle of that step, in `u`.
  package mutating func moveOn(pull: Double?, distance: Double) {
    current = next
    // A Gaussian has `ρ = s²/(s² + v)`, whose odds grow like `e^u`.
    let expected = measured / (measured + (1 - measured) * exp(-distance))
    next = pull.map { min(expected, Self.largestShare / $0) } ?? 0
  }
}
