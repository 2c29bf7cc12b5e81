/// The config's schema as JSON Schema, draft 2020-12, from the same description that checks configs.
enum JSONSchema {
  static func document(of record: RecordShape) -> JSONText {
    guard case .object(let root) = schema(of: record) else {
      preconditionFailure("the root is a mapping")
    }
    let definitions = definitions(in: .record(record))
    return .object(
      [
        ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
        ("title", .text("fkc config")),
      ] + root + [("$defs", .object(definitions.map { ($0.name, schema(of: $0.shape)) }))])
  }

  /// Shapes that are referred to by a name, each once, in the order in which they are met.
  private static func definitions(in shape: SettingShape) -> [(name: String, shape: SettingShape)] {
    var found: [(name: String, shape: SettingShape)] = []
    func visit(_ shape: SettingShape) {
      switch shape {
      case .record(let record): visit(record)
      case .named(_, let item), .list(let item): visit(item)
      case .either(let shapes): for shape in shapes { visit(shape) }
      case .reference(let name, let shape):
        guard !found.contains(where: { $0.name == name }) else { return }
        let shape = shape()
        found.append((name, shape))
        visit(shape)
      case .wholeNumber, .number, .boolean, .choice, .text, .path: break
      }
    }
    func visit(_ record: RecordShape) {
      for field in record.fields { visit(field.shape) }
      for variant in record.tag?.variants ?? [] { visit(variant.record) }
    }
    visit(shape)
    return found
  }

  private static func schema(of shape: SettingShape) -> JSONText {
    switch shape {
    case .wholeNumber(let range):
      return .object([
        ("type", .text("integer")), ("minimum", .wholeNumber(range.lowerBound)),
        ("maximum", .wholeNumber(range.upperBound)),
      ])
    case .number(let range):
      var members: [(String, JSONText)] = [("type", .text("number"))]
      if let lower = range.lower {
        members.append((range.isLowerOpen ? "exclusiveMinimum" : "minimum", .number(lower)))
      }
      if let upper = range.upper { members.append(("maximum", .number(upper))) }
      return .object(members)
    case .boolean: return .object([("type", .text("boolean"))])
    case .choice(let names): return .object([("enum", .list(names.map { .text($0) }))])
    case .text, .path: return .object([("type", .text("string")), ("minLength", .wholeNumber(1))])
    case .record(let record): return schema(of: record)
    case .named(_, let item):
      return .object([
        ("type", .text("object")), ("minProperties", .wholeNumber(1)),
        ("additionalProperties", schema(of: item)),
      ])
    case .list(let item):
      return .object([("type", .text("array")), ("minItems", .wholeNumber(1)), ("items", schema(of: item))])
    case .either(let shapes): return .object([("anyOf", .list(shapes.map(schema(of:))))])
    case .reference(let name, _): return .object([("$ref", .text("#/$defs/\(name)"))])
    }
  }

  // MARK: - Mappings

  /// A record without tags: everything that a choice of tags leads to.
  private struct Leaf {
    var fields: [SettingField]
    var groups: [[RecordShape.KeyGroup]]
    var tags: [(key: String, value: String, isRequired: Bool, summary: String)]
  }

  private static func leaves(of record: RecordShape) -> [Leaf] {
    let groups = record.groups.isEmpty ? [] : [record.groups]
    guard let tag = record.tag else { return [Leaf(fields: record.fields, groups: groups, tags: [])] }
    return tag.variants.flatMap { variant in
      leaves(of: variant.record).map { leaf in
        Leaf(
          fields: leaf.fields + record.fields, groups: groups + leaf.groups,
          tags: [(tag.key, variant.name, variant.name != tag.fallback, tag.summary)] + leaf.tags)
      }
    }
  }

  private static func schema(of record: RecordShape) -> JSONText {
    let leaves = leaves(of: record).map { JSONText.object([("type", .text("object"))] + members(of: $0)) }
    return leaves.count == 1 ? leaves[0] : .object([("oneOf", .list(leaves))])
  }

  private static func members(of leaf: Leaf) -> [(String, JSONText)] {
    var properties: [(String, JSONText)] = leaf.tags.map { tag in
      (tag.key, .object([("const", .text(tag.value)), ("description", .text(tag.summary))]))
    }
    var required = leaf.tags.filter(\.isRequired).map(\.key)
    for field in leaf.fields where !field.isRefused {
      guard case .object(var members) = schema(of: field.shape) else { continue }
      members.append(("description", .text(field.summary)))
      switch field.presence {
      case .required: required.append(field.key)
      case .byDefault(let value): members.append(("default", json(value)))
      case .optional, .refused: break
      }
      properties.append((field.key, .object(members)))
    }
    var members: [(String, JSONText)] = [
      ("properties", .object(properties)), ("additionalProperties", .boolean(false)),
    ]
    if !required.isEmpty { members.insert(("required", .list(required.map { .text($0) })), at: 0) }
    for groups in leaf.groups {
      members.append(("oneOf", .list(groups.map { schema(of: $0, among: groups) })))
    }
    return members
  }

  private static func schema(of group: RecordShape.KeyGroup, among groups: [RecordShape.KeyGroup]) -> JSONText
  {
    let excluded = groups.flatMap(\.keys).filter { !group.keys.contains($0) }
    return .object([
      ("required", .list(group.required.map { .text($0) })),
      ("properties", .object(excluded.map { ($0, .boolean(false)) })),
    ])
  }

  private static func json(_ node: ConfigurationNode) -> JSONText {
    switch node.value {
    case .scalar(let text, _):
      if let whole = NumberText.wholeNumber(text) { return .wholeNumber(whole) }
      if case .number(let value) = NumberText.read(text) { return .number(value) }
      return Bool(text).map { .boolean($0) } ?? .text(text)
    case .list(let items): return .list(items.map(json))
    case .mapping(let entries): return .object(entries.map { ($0.key, json($0.value)) })
    }
  }
}
