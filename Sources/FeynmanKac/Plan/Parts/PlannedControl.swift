/// The control of a run, once what it works with is known.
struct PlannedControl: Part {
  let kind: Sampler.Control
  /// Whether that was chosen, and not asked for.
  let isChosen: Bool
  /// What spans a control by scores; nil for another.
  let scoreBases: ScoreBases?
  /// Whether a constant drift is fitted, in some steps at least.
  let fitsOffset: Bool
  /// Whether coordinates get slopes of their own, in some steps at least.
  let fitsStretch: Bool

  /// Beyond it the products of all features cost more than they gain: they take half of their number's square in operations a particle
  /// and step.
  private static let mostChosenFeatures = 256
  /// Fewer particles tell no control: of four, log Z came out off by a hundred thousand nats, of eight off by more than without.
  private static let leastFitted = 16

  /// - Parameters:
  ///   - control: The one that was asked for.
  ///   - isProjected: The drift is that of a projected guidance.
  ///   - particles: Of all folds but one.
  ///   - terms: How many there are.
  ///   - probes: Models are probed whatever the control, and may span it.
  init(
    _ control: Sampler.Control, _ correction: any Correction, isProjected: Bool, atoms: Int?,
    dimensions: Int, particles: Int, terms: Int, probes: Bool
  ) {
    isChosen = control == .automatic
    // It acts on weights alone.
    guard correction.needs.contains(.weights) else {
      kind = .none
      scoreBases = nil
      fitsOffset = false
      fitsStretch = false
      return
    }
    guard control == .automatic else {
      kind = control
      scoreBases = kind == .scores ? ScoreBases(terms: terms) : nil
      fitsOffset =
        control == .linear || control == .diagonal
        || (control == .scores && atoms == nil && dimensions <= Self.mostChosenFeatures)
      fitsStretch = control == .diagonal && dimensions > 1
      return
    }
    kind =
      correction.gainsFromControl && !isProjected && particles >= Self.leastFitted
      ? (probes ? .scores : .automatic) : .none
    scoreBases = kind == .scores ? ScoreBases(terms: terms) : nil
    // With fewer particles than numbers there is no fit.
    fitsOffset =
      kind != .none && atoms == nil && dimensions <= Self.mostChosenFeatures
      && dimensions + 1 < particles
    fitsStretch =
      kind == .automatic && fitsOffset && dimensions > 1 && 2 * dimensions <= Self.mostChosenFeatures
      && 4 * dimensions < particles
  }

  /// Whether an only island has folds that learn from each other.
  var isFolded: Bool { kind == .automatic || kind == .scores }

  var needs: Needs {
    guard kind != .none else { return [] }
    if let scoreBases {
      let own: Needs = [.rates, .products, .scoreControl]
      return scoreBases.areSingle ? own.union(.termScores) : own
    }
    return fitsStretch ? [.rates, .products, .stretch] : fitsOffset ? [.rates, .products] : .rates
  }

  var refusals: [Refusal] {
    let projection = Refusal(
      .projection, "sampler.control",
      "`.\(kind)` fits the rate of `.feynmanKac`, which `guidance.projection` leaves unknown; use `.none`")
    switch kind {
    case .none, .automatic: return []
    case .radial: return [projection]
    case .linear:
      return [
        Refusal(.atoms, "sampler.control", "`.linear` breaks the symmetry of atoms; use `.radial`"),
        projection,
      ]
    case .diagonal:
      return [
        Refusal(.atoms, "sampler.control", "`.diagonal` breaks the symmetry of atoms; use `.radial`"),
        projection,
        Refusal(
          .densities, "sampler.control",
          "`.diagonal` is unknown to the densities of steps that `.densityRatio` weighs by; use `.linear`"),
        Refusal(
          .secondDrift, "sampler.control",
          "`.diagonal` is unknown to a scheme that asks the models twice; use `.exponentialMultistep` or `.linear`"
        ),
      ]
    case .scores:
      return [
        projection,
        Refusal(
          .densities, "sampler.control",
          "`.scores` adds drifts that the densities of steps do not know; use `.linear` or `correction: .feynmanKac`"
        ),
        Refusal(
          .alignment, "sampler.control",
          "`.scores` asks both branches along the whole path, which `alignmentThreshold` ends; use `.radial`"),
      ]
    }
  }
}

extension RunPlan {
  var control: Sampler.Control { plannedControl.kind }
  /// Whether a constant drift is fitted, in some steps at least.
  var fitsOffset: Bool { plannedControl.fitsOffset }
  /// What spans a control by scores; nil for another.
  var scoreBases: ScoreBases? { plannedControl.scoreBases }
}
