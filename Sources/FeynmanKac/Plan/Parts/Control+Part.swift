extension Sampler.Control: Part {
  var needs: Needs {
    switch self {
    case .none: []
    case .radial: .rates
    case .linear: [.rates, .products]
    }
  }

  var refusals: [Refusal] {
    let projection = Refusal(
      .projection, "sampler.control",
      "`.\(self)` fits the rate of `.feynmanKac`, which `guidance.projection` leaves unknown; use `.none`")
    switch self {
    case .none: return []
    case .radial: return [projection]
    case .linear:
      return [
        Refusal(.atoms, "sampler.control", "`.linear` breaks the symmetry of atoms; use `.radial`"),
        projection,
      ]
    }
  }
}
