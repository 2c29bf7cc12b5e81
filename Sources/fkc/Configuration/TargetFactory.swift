import FeynmanKac

/// Makes the target of checked settings and says where it names models that are not there.
struct TargetFactory {
  /// One exponent and where it stands.
  private struct Part {
    let model: String
    let exponent: Schedule
    let path: String
  }

  let models: [String: any ScoreModel]
  let processes: [String: any NoiseProcess]
  /// Every name under `models`, also of those that could not be made.
  let names: [String]
  let report: (String, String) -> Void

  /// - Returns: nil where something is at fault.
  func target(_ setting: Setting, reward: (any Reward)?) -> Target? {
    guard !names.isEmpty, let parts = parts(of: setting) else { return nil }
    var isSound = true
    for part in parts where !names.contains(part.model) {
      let list = names.joined(separator: ", ")
      let advice = NearestSpelling.advice(for: part.model, among: names, otherwise: "the models are \(list)")
      report(part.path, "no model is called '\(part.model)'; \(advice)")
      isSound = false
    }
    guard isSound else { return nil }
    let terms = parts.compactMap { part in
      models[part.model].map { model in
        Target.Term(model, name: part.model, process: processes[part.model], exponent: part.exponent)
      }
    }
    guard terms.count == parts.count else { return nil }
    var target = Target(terms: terms)
    target.guidance = setting["guided"].flatMap(GuidanceSettings.guidance)
    guard let reward, let stated = setting["reward"] else { return target }
    return target.tilted(by: reward, at: Self.point(stated), scale: Schedule(stated["scale"]))
  }

  private static func point(_ setting: Setting) -> RewardPoint {
    guard setting["at"]?.text == "denoised" else { return .state }
    let jacobian = setting["jacobian"]?.text.flatMap { RewardPoint.Jacobian(rawValue: $0) }
    return .denoised(
      jacobian: jacobian ?? .isotropic, dataStandardDeviation: setting["data_standard_deviation"]?.number)
  }

  /// The names that the target uses.
  func usedNames(_ setting: Setting) -> [String] { parts(of: setting)?.map(\.model) ?? names }

  // MARK: - Exponents

  private func parts(of setting: Setting) -> [Part]? {
    let given = ["annealed", "product", "guided", "log_linear"].filter { setting[$0] != nil }
    guard given.count == 1, let value = setting[given[0]] else { return nil }
    let path = "target.\(given[0])"
    var parts: [Part?]
    switch given[0] {
    case "annealed":
      parts = [part(value["model"], Schedule(value["inverse_temperature"]), "\(path).model")]
    case "product":
      parts = value.entries!.map { part(.text($0.key), Schedule($0.value), "\(path).\($0.key)") }
    case "guided":
      let scale = Schedule(value["scale"])
      let rest = scale.map { Schedule(from: 1 - $0.from, to: 1 - $0.to) }
      parts = [
        part(value["unconditional"], rest, "\(path).unconditional"),
        part(value["conditional"], scale, "\(path).conditional"),
      ]
    default:
      parts = value.items!.enumerated().map {
        part($0.element["model"], Schedule($0.element["exponent"]), "\(path).\($0.offset).model")
      }
    }
    let sound = parts.compactMap { $0 }
    return sound.count == parts.count && !sound.isEmpty ? sound : nil
  }

  private func part(_ model: Setting?, _ exponent: Schedule?, _ path: String) -> Part? {
    guard let name = model?.text, let exponent else { return nil }
    return Part(model: name, exponent: exponent, path: path)
  }
}

extension Schedule {
  /// A number, or its values at both ends; nil where they are missing.
  init?(_ setting: Setting?) {
    if let number = setting?.number {
      self = .constant(number)
    } else if let from = setting?["from"]?.number, let to = setting?["to"]?.number {
      self.init(from: from, to: to)
    } else {
      return nil
    }
  }
}
