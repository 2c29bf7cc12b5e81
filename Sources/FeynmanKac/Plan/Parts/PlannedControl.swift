/// The control of a run, once what it works with is known.
struct PlannedControl: Part {
  let kind: Sampler.Control
  /// Whether a constant drift is fitted, in some steps at least.
  let fitsOffset: Bool

  /// Beyond it the products of all features cost more than they gain: they take `d²/2` operations a particle and step.
  private static let mostChosenDimensions = 256

  /// - Parameters:
  ///   - control: The one that was asked for.
  ///   - isProjected: The drift is that of a projected guidance.
  ///   - carriesLogDensities: Log densities are carried along the path by steps that know no control: at little noise what it moves
  ///     is far for them, and log Z was off by thousands.
  ///   - particles: Of all folds but one.
  init(
    _ control: Sampler.Control, _ correction: any Correction, isProjected: Bool, carriesLogDensities: Bool,
    atoms: Int?, dimensions: Int, particles: Int
  ) {
    // It acts on weights alone.
    guard correction.needs.contains(.weights) else {
      kind = .none
      fitsOffset = false
      return
    }
    guard control == .automatic else {
      kind = control
      fitsOffset = control == .linear
      return
    }
    kind = correction.gainsFromControl && !isProjected && !carriesLogDensities ? .automatic : .none
    // With fewer particles than numbers there is no fit.
    fitsOffset =
      kind == .automatic && atoms == nil && dimensions <= Self.mostChosenDimensions
      && dimensions + 1 < particles
  }

  var needs: Needs { kind == .none ? [] : fitsOffset ? [.rates, .products] : .rates }

  var refusals: [Refusal] {
    let projection = Refusal(
      .projection, "sampler.control",
      "`.\(kind)` fits the rate of `.feynmanKac`, which `guidance.projection` leaves unknown; use `.none`")
    let carried = Refusal(
      .carriedLogDensities, "sampler.control",
      "`.\(kind)` moves particles where the steps that carry log densities along the path do not expect them; use `.none`"
    )
    switch kind {
    case .none, .automatic: return []
    case .radial: return [projection, carried]
    case .linear:
      return [
        Refusal(.atoms, "sampler.control", "`.linear` breaks the symmetry of atoms; use `.radial`"),
        projection, carried,
      ]
    }
  }
}
