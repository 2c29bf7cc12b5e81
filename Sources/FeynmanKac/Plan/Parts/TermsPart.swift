/// What the terms of a target need of a run: exponents that move, and atoms.
struct TermsPart: Part {
  let needs: Needs
  let refusals: [Refusal]

  init(_ terms: [RunPlan.PlannedTerm], atoms: Int?) {
    let moving = terms.filter(\.isMoving)
    var needs: Needs = atoms == nil ? [] : .atoms
    if !moving.isEmpty { needs.insert(.termLogDensities) }
    if moving.contains(where: { !$0.model.hasLogDensity }) { needs.insert(.carriedLogDensities) }
    self.needs = needs
    refusals =
      moving.isEmpty
      ? []
      : [
        Refusal(
          .alignment, "target.guidance.alignmentThreshold",
          "exponents that move need both branches along the whole path; give constant numbers")
      ]
  }
}
