/// Every key of the config as a text for people, in Markdown, from the same description that checks configs.
package struct ConfigurationReference {
  private var lines: [String] = []
  /// The titles of mappings that were described, each once.
  private var titles: [(keys: [String], title: String)] = []

  package static func markdown() -> String {
    var reference = ConfigurationReference()
    reference.lines = [
      "# The config, key by key", "",
      "`fkc schema --format markdown` prints this page, and `make config-reference` remakes it. "
        + "A key that is neither required nor has a default may be left out.",
    ]
    reference.append(ConfigurationSchema.root, title: "The config", at: "")
    reference.appendWords()
    return reference.lines.joined(separator: "\n")
  }

  // MARK: - Mappings

  /// A mapping's own keys, then those of its kinds, then the mappings inside it.
  private mutating func append(_ record: RecordShape, title: String, at path: String) {
    lines += ["", "## \(title)"]
    let keys = record.fields.map(\.key) + (record.tag?.variants.map(\.name) ?? [])
    if let known = titles.first(where: { $0.keys == keys }) {
      lines += ["", "As \(known.title)."]
      return
    }
    titles.append((keys, title))
    if let tag = record.tag { lines += ["", sentence(on: tag)] }
    if let groups = groups(of: record) { lines += ["", groups] }
    appendTable(record.fields)
    appendKinds(of: record, title: title)
    appendInner(of: record, at: path)
  }

  private mutating func appendKinds(of record: RecordShape, title: String) {
    guard let tag = record.tag else { return }
    for variant in tag.variants {
      lines += ["", "### \(title), `\(tag.key): \(variant.name)`", "", variant.summary]
      if let inner = variant.record.tag {
        lines += ["", sentence(on: inner)]
        for choice in inner.variants {
          lines += ["", "With `\(inner.key): \(choice.name)`: \(choice.summary)"]
          appendTable(choice.record.fields)
        }
      }
      if let groups = groups(of: variant.record) { lines += ["", groups] }
      appendTable(variant.record.fields)
    }
  }

  private mutating func appendInner(of record: RecordShape, at path: String) {
    let fields = record.fields + (record.tag?.variants.flatMap(\.record.fields) ?? [])
    for field in fields {
      let place = path.isEmpty ? field.key : "\(path).\(field.key)"
      switch field.shape {
      case .record(let inner): append(inner, title: "`\(place)`", at: place)
      case .named(_, .record(let inner)):
        append(inner, title: "Each of `\(place)`", at: "\(place).NAME")
      case .list(.record(let inner)):
        append(inner, title: "Each item of `\(place)`", at: "\(place).0")
      case .either(let shapes):
        for case .record(let inner) in shapes { appendAlternative(inner, of: place) }
      default: break
      }
    }
  }

  /// A mapping that a key takes besides a word or a number; that of a number's ends is described once for all numbers.
  private mutating func appendAlternative(_ record: RecordShape, of place: String) {
    let keys = record.fields.map(\.key)
    guard !titles.contains(where: { $0.keys == keys }) else { return }
    let title = "A mapping with \(keys.map { "`\($0)`" }.joined(separator: ", "))"
    titles.append((keys, title))
    let isRamp = keys == ["from", "to"]
    let use =
      isRamp
      ? "Such is a number that changes along the path, linearly in u." : "`\(place)` may be such a mapping."
    lines += ["", "## \(title)", "", use]
    lines += ["", "| key | meaning |", "|---|---|"]
    lines += record.fields.map { "| `\($0.key)` | \(cell($0.summary)) |" }
  }

  private func sentence(on tag: RecordShape.Tag) -> String {
    let names = tag.variants.map { "`\($0.name)`" }.joined(separator: ", ")
    let fallback = tag.fallback.map { "; `\($0)` where it is left out" } ?? ""
    return "`\(tag.key)` is one of \(names)\(fallback)."
  }

  private func groups(of record: RecordShape) -> String? {
    guard !record.groups.isEmpty else { return nil }
    let groups = record.groups.map { group in
      group.required.map { "`\($0)`" }.joined(separator: " with ")
    }
    return "Give exactly one of \(groups.joined(separator: ", "))."
  }

  // MARK: - Tables

  private mutating func appendTable(_ fields: [SettingField]) {
    let known = fields.filter { !$0.isRefused }
    guard !known.isEmpty else { return }
    lines += ["", "| key | holds | default | meaning |", "|---|---|---|---|"]
    lines += known.map { field in
      "| `\(field.key)` | \(cell(holds(field.shape))) | \(presence(field)) | \(cell(field.summary)) |"
    }
  }

  private func holds(_ shape: SettingShape) -> String {
    switch shape {
    case .record: "a mapping, see below"
    case .named(let what, .record): "a mapping from names to \(what), see below"
    case .list(.record): "a list of mappings, see below"
    case .list(let item): "a list, each item \(holds(item))"
    case .reference(let name, _): "a \(name), with its `kind`"
    case .choice(let names) where names == Generators.names: "the name of a generator, see below"
    default: shape.allowed
    }
  }

  private func presence(_ field: SettingField) -> String {
    switch field.presence {
    case .required: "required"
    case .byDefault(let node): node.entries?.isEmpty == true ? "" : "`\(text(node))`"
    case .optional, .refused: ""
    }
  }

  private func text(_ node: ConfigurationNode) -> String {
    switch node.value {
    case .scalar(let text, _): text
    case .list(let items): "[\(items.map(text).joined(separator: ", "))]"
    case .mapping(let entries):
      "{\(entries.map { "\($0.key): \(text($0.value))" }.joined(separator: ", "))}"
    }
  }

  private func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }

  // MARK: - Words

  private mutating func appendWords() {
    for sort in Catalog.sorts where sort.isOfWords {
      lines += ["", "## The words of `\(sort.place)`", "", "| word | meaning |", "|---|---|"]
      lines += sort.kinds.filter { !$0.summary.isEmpty }.map { "| `\($0.name)` | \(cell($0.summary)) |" }
    }
    let others = Generators.names.filter { Generators.summary($0).isEmpty }
    lines += ["", "The others are those of the GNU Scientific Library: \(others.joined(separator: ", "))."]
  }
}
