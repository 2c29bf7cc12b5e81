/// A key of a mapping, whatever the type of its value.
protocol AnyKey: Sendable {
  /// What the checks and the references to read know of it.
  var field: SettingField { get }
}

extension AnyKey {
  var name: String { field.key }
}

/// A key whose value is always there: it must be given, or it has a default.
///
/// It is declared once, and both the checks and the code that uses the value go through the declaration. So do messages of
/// the library, in which the key is a `property`.
struct Key<Value>: AnyKey {
  enum Presence {
    case required
    case byDefault(Value)
  }

  let field: SettingField
  private let read: @Sendable (Setting) -> Value?

  init(
    _ name: String, _ shape: TypedShape<Value>, _ presence: Presence, _ summary: String,
    property: String? = nil
  ) {
    let stated: SettingField.Presence =
      switch presence {
      case .required: .required
      case .byDefault(let value): .byDefault(ConfigurationNode(shape.write(value)))
      }
    field = SettingField(name, shape.shape, stated, summary, property: property, words: shape.words)
    read = shape.read
  }

  /// - Throws: A consequence where the value is missing from checked settings, because it was at fault.
  func value(in settings: Setting) throws(SettingFailure) -> Value {
    guard let value = settings[self].flatMap(read) else { throw .absent(field) }
    return value
  }
}

/// A key that may be left out.
struct OptionalKey<Value>: AnyKey {
  let field: SettingField
  private let read: @Sendable (Setting) -> Value?

  init(_ name: String, _ shape: TypedShape<Value>, _ summary: String, property: String? = nil) {
    field = SettingField(name, shape.shape, .optional, summary, property: property, words: shape.words)
    read = shape.read
  }

  /// The value; nil where it was left out or was at fault.
  func value(in settings: Setting) -> Value? { settings[self].flatMap(read) }

  /// The value of a key in a group that must have it.
  ///
  /// - Throws: A consequence where the value is missing from checked settings, because it was at fault.
  func required(in settings: Setting) throws(SettingFailure) -> Value {
    guard let value = value(in: settings) else { throw .absent(field) }
    return value
  }
}

extension SettingField: AnyKey {
  var field: SettingField { self }
}

extension Setting {
  /// The setting at a key; nil where it is absent or was at fault.
  subscript(key: any AnyKey) -> Setting? { self[key.name] }

  /// The mapping with one more key, or another value of one that it has.
  ///
  /// - Parameter predecessor: Where a new key goes; nil for the front.
  func setting(_ key: any AnyKey, to value: Setting, after predecessor: (any AnyKey)? = nil) -> Setting {
    setting(key.name, to: value, after: predecessor?.name)
  }
}

extension SettingFailure {
  /// A value that the checks took away, or that nobody asked them to look at.
  static func absent(_ field: SettingField) -> SettingFailure {
    SettingFailure(key: field.key, problem: "missing; give \(field.shape.allowed)", isConsequence: true)
  }
}
