import FeynmanKac

enum LogLinearKind {
  private static let model = Key("model", .modelName, .required, "A name under models.")
  private static let exponent = Key("exponent", .schedule(.any), .required, "aᵢ, linear in u over the path.")

  static let kind: CompositionKind = .init(
    "log_linear", "Π qᵢ^aᵢ, term by term.", .list(.record(RecordShape(keys: [model, exponent])))
  ) { terms throws(SettingFailure) in
    var parts: [Composition.Part] = []
    for (index, term) in terms.enumerated() {
      parts.append(
        .init(
          model: try model.value(in: term), exponent: try exponent.value(in: term),
          place: "\(index).\(model.name)"))
    }
    return Composition(parts: parts)
  }
}
