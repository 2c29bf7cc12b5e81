import FeynmanKac

enum AnnealedKind {
  private static let model = Key("model", .modelName, .required, "A name under models.")
  private static let inverseTemperature = Key(
    "inverse_temperature", .schedule(.positive), .required, "β: above 1 is colder, below 1 hotter.")

  static let kind: CompositionKind = .init(
    "annealed", "q^β.", .record(RecordShape(keys: [model, inverseTemperature]))
  ) { settings throws(SettingFailure) in
    Composition(parts: [
      .init(
        model: try model.value(in: settings), exponent: try inverseTemperature.value(in: settings),
        place: model.name)
    ])
  }

  /// The model that an annealed target names; nil for other compositions.
  static func modelName(_ target: Setting?) -> String? {
    target?[kind].flatMap { try? model.value(in: $0) }
  }
}
