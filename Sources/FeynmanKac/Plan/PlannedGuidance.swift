/// What a run does with its guided pair, its terms by their indices.
struct PlannedGuidance: Part {
  let unconditional: Int
  let conditional: Int
  let scale: Schedule
  let projection: GuidanceProjection?
  let alignmentThreshold: Double?

  /// - Returns: nil where nothing beyond the composition is asked for, or the scale is 1 throughout and one branch is all.
  /// - Throws: `SetupError` naming the setting that cannot work.
  init?(_ target: Target, terms: [RunPlan.PlannedTerm]) throws {
    guard let guidance = target.guidance else { return nil }
    scale = guidance.scale
    projection = guidance.projection
    alignmentThreshold = guidance.alignmentThreshold
    guard projection != nil || alignmentThreshold != nil, scale != .constant(1) else { return nil }
    guard guidance.unconditional != guidance.conditional else {
      throw SetupError(
        "target.guidance",
        "both branches are model '\(guidance.conditional)'; `projection` and `alignmentThreshold` compare two models"
      )
    }
    guard let first = terms.firstIndex(where: { $0.name == guidance.unconditional }),
      let second = terms.firstIndex(where: { $0.name == guidance.conditional })
    else {
      throw SetupError(
        "target.guidance.scale",
        "a scale of \(guidance.scale.from) leaves one branch out, which `projection` and `alignmentThreshold` compare; "
          + "give another scale")
    }
    unconditional = first
    conditional = second
  }
}

extension PlannedGuidance {
  var needs: Needs {
    var needs: Needs = .termScores
    if let projection {
      needs.insert(.projection)
      if projection.momentum != 0 { needs.insert(.momentum) }
    }
    if alignmentThreshold != nil { needs.insert(.alignment) }
    return needs
  }

  /// - Throws: `SetupError` for a number of the projection that cannot work.
  func checkProjection() throws {
    guard let projection else { return }
    let setting = "target.guidance.projection"
    guard projection.parallel.isFinite else {
      throw SetupError("\(setting).parallel", "\(projection.parallel); give a finite number")
    }
    if let norm = projection.normThreshold, !(norm > 0 && norm.isFinite) {
      throw SetupError("\(setting).normThreshold", "\(norm); give a number above 0")
    }
    guard projection.momentum > -1, projection.momentum < 1 else {
      throw SetupError("\(setting).momentum", "\(projection.momentum); give a number between -1 and 1")
    }
  }

  /// - Throws: `SetupError` for a threshold that cannot work.
  func checkAlignment() throws {
    guard let alignmentThreshold, !(0...1).contains(alignmentThreshold) else { return }
    throw SetupError(
      "target.guidance.alignmentThreshold", "\(alignmentThreshold); give a number from 0 to 1")
  }
}
