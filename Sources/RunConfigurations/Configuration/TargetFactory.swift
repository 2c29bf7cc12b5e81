import FeynmanKac

/// Makes the target of a composition and says where it names models that are not there.
struct TargetFactory {
  let models: [String: any ScoreModel]
  let processes: [String: any NoiseProcess]
  /// Every name under `models`, also of those that could not be made.
  let names: [String]
  let report: (String, String) -> Void

  /// - Parameter path: The composition's own.
  /// - Returns: nil where something is at fault that was reported.
  func target(_ composition: Composition, at path: String) -> Target? {
    guard !names.isEmpty else { return nil }
    var isSound = true
    for part in composition.parts where !names.contains(part.model) {
      let list = names.joined(separator: ", ")
      let advice = NearestSpelling.advice(for: part.model, among: names, otherwise: "the models are \(list)")
      report("\(path).\(part.place)", "no model is called '\(part.model)'; \(advice)")
      isSound = false
    }
    guard isSound else { return nil }
    let terms = composition.parts.compactMap { part in
      models[part.model].map { model in
        Target.Term(model, name: part.model, process: processes[part.model], exponent: part.exponent)
      }
    }
    // A model that is missing here was reported when it could not be made.
    guard terms.count == composition.parts.count else { return nil }
    var target = Target(terms: terms)
    target.guidance = composition.guidance
    return target
  }
}
