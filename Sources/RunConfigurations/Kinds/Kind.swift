import FeynmanKac

/// A kind of thing that a config may name, and all that the program knows of it: checks, JSON Schema, `fkc info`, the
/// reference of the config and the code that makes it come from this one value.
struct Kind<Context, Made>: Sendable {
  /// The word in the config.
  let name: String
  /// What it is, in a sentence.
  let summary: String
  /// Words that configs had for it; they are read as the same and documented nowhere else.
  let formerNames: [String]
  /// Its keys.
  let record: RecordShape
  /// What must be installed for it.
  var needs: Backend?
  /// Makes it of checked settings.
  fileprivate let make: @Sendable (Setting, Context) throws(SettingFailure) -> Made

  init(
    _ name: String, formerly formerNames: [String] = [], _ summary: String, keys: [any AnyKey] = [],
    groups: [RecordShape.KeyGroup] = [],
    tag: RecordShape.Tag? = nil, needs: Backend? = nil,
    make: @escaping @Sendable (Setting, Context) throws(SettingFailure) -> Made
  ) {
    self.name = name
    self.summary = summary
    self.formerNames = formerNames
    record = RecordShape(keys: keys, groups: groups, tag: tag)
    self.needs = needs
    self.make = make
  }
}

/// All kinds of one sort of thing, told apart by the value of one key.
struct Registry<Context, Made>: Sendable {
  /// The key that names the kind.
  var key = "kind"
  /// What the key says.
  let summary: String
  /// The kind where none is named.
  var fallback: String?
  let kinds: [Kind<Context, Made>]

  var names: [String] { kinds.map(\.name) }

  /// The keys of every kind, as the checks want them.
  var tag: RecordShape.Tag {
    RecordShape.Tag(
      key: key, fallback: fallback, summary: summary,
      variants: kinds.map {
        .init(name: $0.name, formerNames: $0.formerNames, summary: $0.summary, record: $0.record)
      })
  }

  /// A mapping that names a kind and has its keys.
  var record: RecordShape { RecordShape([], tag: tag) }

  /// Makes what checked settings name. A kind that nobody registered is refused like any other word.
  func make(_ settings: Setting, in context: Context) throws(SettingFailure) -> Made {
    let field = SettingField(key, .choice(names), .required, summary)
    guard let name = settings[key]?.text else { throw .absent(field) }
    guard let kind = kinds.first(where: { $0.name == name }) else {
      let advice = NearestSpelling.advice(
        for: name, among: names, otherwise: "give \(field.shape.allowed)")
      throw SettingFailure(key: key, problem: "found '\(name)'; \(advice)")
    }
    return try kind.make(settings, context)
  }
}

extension Registry where Context == Void {
  func make(_ settings: Setting) throws(SettingFailure) -> Made { try make(settings, in: ()) }
}
