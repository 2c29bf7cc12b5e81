import FeynmanKac

/// The compositions, each named by a key of its own under `target`. A new one is a file in `Compositions` and a line here.
enum Compositions {
  static let kinds = [
    AnnealedKind.kind,
    ProductKind.kind,
    GuidedKind.kind,
    LogLinearKind.kind,
  ]

  /// Exactly one of them.
  static var groups: [RecordShape.KeyGroup] { kinds.map { .init(required: [$0]) } }

  /// What checked settings compose, with the path below `target` that it stands at.
  static func composition(_ target: Setting) throws(SettingFailure) -> (key: String, composition: Composition)
  {
    let given = kinds.filter { target[$0] != nil }
    guard given.count == 1, let kind = given.first, let setting = target[kind] else {
      throw SettingFailure(
        key: "", problem: "give exactly one of \(kinds.map(\.name).joined(separator: ", "))",
        isConsequence: true)
    }
    return (kind.name, try kind.compose(setting))
  }
}

/// Models and their exponents, as a config names them.
struct Composition {
  struct Part {
    let model: String
    let exponent: Schedule
    /// Where the model is named, below the composition's own path.
    let place: String
  }

  let parts: [Part]
  var guidance: Target.Guidance?
}

/// One way to compose models.
struct CompositionKind: AnyKey {
  let field: SettingField
  let compose: @Sendable (Setting) throws(SettingFailure) -> Composition

  /// - Parameter compose: Makes it of the value at its key.
  init<Value>(
    _ name: String, _ summary: String, _ shape: TypedShape<Value>, property: String? = nil,
    compose: @escaping @Sendable (Value) throws(SettingFailure) -> Composition
  ) {
    let field = SettingField(name, shape.shape, .optional, summary, property: property)
    self.field = field
    self.compose = { setting throws(SettingFailure) in
      guard let value = shape.read(setting) else { throw .absent(field) }
      return try compose(value)
    }
  }
}
