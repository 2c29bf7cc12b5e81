import FeynmanKac

/// What a setting may hold. One description drives the checks, the advice in their messages and the JSON Schema.
indirect enum SettingShape: Sendable {
  case wholeNumber(ClosedRange<UInt64>)
  case number(NumberRange)
  case boolean
  case choice([String])
  /// Free text; the string says what it is, with its article.
  case text(String)
  /// A file or folder, relative to the config's folder.
  case path(String)
  case record(RecordShape)
  /// A mapping with free names and at least one entry; the string says what is named.
  case named(String, SettingShape)
  /// A list with at least one item.
  case list(SettingShape)
  /// Shapes that are told apart by what is written: a number, a word, a list or a mapping.
  case either([SettingShape])
  /// A shape by its name in the JSON Schema, for shapes that contain themselves.
  case reference(String, @Sendable () -> SettingShape)

  /// What a message says is allowed, such as `a number above 0`.
  var allowed: String {
    switch self {
    case .wholeNumber(let range):
      "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): range.allowed
    case .boolean: "true or false"
    case .choice(let names): names.count == 1 ? "'\(names[0])'" : "one of \(names.joined(separator: ", "))"
    case .text(let what), .path(let what): what
    case .record(let record):
      if let tag = record.tag {
        "a mapping with \(tag.key), \(SettingShape.choice(tag.variants.map(\.name)).allowed)"
      } else {
        "a mapping with \(record.fields.filter { !$0.isRefused }.map(\.key).joined(separator: ", "))"
      }
    case .named(let what, _): "a mapping from names to \(what)"
    case .list(let item): "a list, each item \(item.allowed)"
    case .either(let shapes): shapes.map(\.allowed).joined(separator: ", or ")
    case .reference(_, let shape): shape().allowed
    }
  }
}

/// One key of a mapping.
struct SettingField: Sendable {
  enum Presence: Sendable {
    case required
    case optional
    case byDefault(ConfigurationNode)
    /// Known, and refused with a sentence.
    case refused(String)
  }

  let key: String
  let shape: SettingShape
  let presence: Presence
  let summary: String
  private let statedProperty: String?
  private let statedWords: @Sendable () -> [SwiftWord]

  /// - Parameter property: A path with dots; `../` leaves the property of the mapping, and an empty one is none. By default the
  ///   key as Swift would spell it. Neither it nor the words are looked at before there is a message.
  init(
    _ key: String, _ shape: SettingShape, _ presence: Presence, _ summary: String, property: String? = nil,
    words: @escaping @Sendable () -> [SwiftWord] = { [] }
  ) {
    self.key = key
    self.shape = shape
    self.presence = presence
    self.summary = summary
    statedProperty = property
    statedWords = words
  }

  /// The property behind it, from that of the mapping which has the key.
  var property: String { statedProperty ?? SwiftName.camelCase(key) }
  /// What Swift calls the words that it may hold.
  var words: [SwiftWord] { statedWords() }

  var isRefused: Bool { if case .refused = presence { true } else { false } }
}

/// A word of the config, and what it is in Swift.
package struct SwiftWord: Sendable {
  package let word: String
  /// A case with its dot, or a type.
  package let swift: String
}

/// A mapping with known keys.
struct RecordShape: Sendable {
  var fields: [SettingField]
  /// Exactly one of these groups of keys must be given.
  var groups: [KeyGroup] = []
  /// The key whose value says which further keys there are.
  var tag: Tag?

  init(_ fields: [SettingField], groups: [KeyGroup] = [], tag: Tag? = nil) {
    self.fields = fields
    self.groups = groups
    self.tag = tag
  }

  init(keys: [any AnyKey], groups: [KeyGroup] = [], tag: Tag? = nil) {
    self.init(keys.map(\.field), groups: groups, tag: tag)
  }

  struct KeyGroup: Sendable {
    let required: [String]
    let optional: [String]
    var keys: [String] { required + optional }

    init(required: [any AnyKey], optional: [any AnyKey] = []) {
      self.required = required.map(\.name)
      self.optional = optional.map(\.name)
    }
  }

  struct Tag: Sendable {
    let key: String
    var fallback: String?
    let summary: String
    let variants: [Variant]

    /// The keys that there are for one value of the tag.
    struct Variant: Sendable {
      let name: String
      /// Words that stood for it once, and are read as the same.
      var formerNames: [String] = []
      let summary: String
      let record: RecordShape
    }

    /// The name of today for one that a config may have from before.
    func currentName(_ name: String) -> String {
      variants.first { $0.formerNames.contains(name) }?.name ?? name
    }

    func record(_ name: String) -> RecordShape? { variants.first { $0.name == name }?.record }
  }
}
