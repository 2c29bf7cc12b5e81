import Foundation

/// The JSON Schema that `fkc schema` prints, as a source of configs that fit it and of some that do not.
struct SchemaDocument {
  typealias Object = [String: Any]

  let root: Object
  /// What the texts of smallest configs are, by the key, or by kind and key.
  let texts: [String: String]
  /// What lists of numbers of smallest configs are, by kind and key, where one number is no sound list.
  var lists: [String: [Double]] = [:]

  /// One mapping that a schema allows, without choices: its keys, and those that must be there.
  struct Leaf {
    let properties: Object
    let required: [String]
    /// Groups of keys of which exactly one must be given, and the keys that each rules out.
    let groups: [(required: [String], excluded: [String])]

    /// The words that tell it apart, such as its kind.
    var tags: [String: String] { properties.compactMapValues { ($0 as? Object)?["const"] as? String } }
    var kind: String? { tags["kind"] }
  }

  // MARK: - Reading

  /// A schema, by its name where it is a reference to one.
  func resolved(_ schema: Object) -> Object {
    guard let reference = schema["$ref"] as? String, let name = reference.split(separator: "/").last else {
      return schema
    }
    return (root["$defs"] as! Object)[String(name)] as! Object
  }

  /// The mappings that a schema allows; none where it allows no mapping with known keys.
  func leaves(_ schema: Object) -> [Leaf] {
    let schema = resolved(schema)
    if let properties = schema["properties"] as? Object {
      let groups = (schema["oneOf"] as? [Object] ?? []).map { group in
        (required: group["required"] as! [String], excluded: Array((group["properties"] as! Object).keys))
      }
      return [Leaf(properties: properties, required: schema["required"] as? [String] ?? [], groups: groups)]
    }
    return (schema["oneOf"] as? [Object] ?? []).flatMap(leaves)
  }

  // MARK: - Smallest values

  /// The least that fits a schema.
  func smallest(_ schema: Object, key: String, kind: String?) -> Any {
    let schema = resolved(schema)
    if let words = schema["enum"] as? [String] { return words[0] }
    if let shapes = schema["anyOf"] as? [Object] { return smallest(shapes[0], key: key, kind: kind) }
    switch schema["type"] as? String {
    case "integer": return schema["minimum"]!
    case "number": return schema["minimum"] ?? ((schema["exclusiveMinimum"] as? Double).map { $0 + 1 } ?? 1.0)
    case "string": return texts["\(kind ?? "").\(key)"] ?? texts[key] ?? "out"
    case "array":
      if let list = lists["\(kind ?? "").\(key)"] { return list }
      return [smallest(schema["items"] as! Object, key: key, kind: kind)]
    default:
      if let item = schema["additionalProperties"] as? Object {
        return ["a": smallest(item, key: key, kind: kind)]
      }
      return smallest(leaves(schema)[0], group: 0)
    }
  }

  /// The least mapping with one of the leaf's groups of keys.
  func smallest(_ leaf: Leaf, group: Int) -> Object {
    var keys = leaf.required
    if !leaf.groups.isEmpty { keys += leaf.groups[group].required }
    var mapping: Object = leaf.tags
    for key in keys where mapping[key] == nil {
      mapping[key] = smallest(leaf.properties[key] as! Object, key: key, kind: leaf.kind)
    }
    return mapping
  }

  // MARK: - Values that do not fit

  /// A value that no shape of a schema takes, how messages show it, and what they say is allowed where that is simple.
  struct Misfit {
    let value: Any
    let found: String
    let allowed: String?
  }

  func misfits(_ schema: Object) -> [Misfit] {
    let schema = resolved(schema)
    if let word = schema["const"] as? String {
      return [Misfit(value: word + "-zqx", found: "'\(word)-zqx'", allowed: nil)]
    }
    if schema["type"] as? String == "string" {
      return [Misfit(value: ["zqx": 1], found: "a mapping", allowed: nil)]
    }
    var misfits = [Misfit(value: "zqx", found: "'zqx'", allowed: allowed(schema))]
    for key in ["minimum", "exclusiveMinimum", "maximum"] {
      guard let bound = schema[key] as? Double, bound < 1e15, let allowed = allowed(schema) else { continue }
      let value = key == "minimum" ? bound - 1 : key == "maximum" ? bound + 1 : bound
      let text = value == value.rounded() ? "\(Int(clamping: value))" : "\(value)"
      misfits.append(Misfit(value: NSDecimalNumber(string: text), found: "'\(text)'", allowed: allowed))
    }
    return misfits
  }

  /// What messages say of a number, a word or a list of them; nil where the schema is of another sort.
  private func allowed(_ schema: Object) -> String? {
    // 18446744073709551615 is no double, and 0.0 is written 0.
    func text(_ value: Any) -> String {
      if let whole = value as? UInt64 { return "\(whole)" }
      let number = (value as! NSNumber).doubleValue
      return number == number.rounded() ? "\(Int(clamping: number))" : "\(number)"
    }
    if let words = schema["enum"] as? [String] {
      return words.count == 1 ? "'\(words[0])'" : "one of \(words.joined(separator: ", "))"
    }
    if let shapes = schema["anyOf"] as? [Object] {
      let parts = shapes.map { allowed(resolved($0)) }
      return parts.contains(nil) ? nil : parts.map { $0! }.joined(separator: ", or ")
    }
    switch schema["type"] as? String {
    case "integer":
      return "a whole number from \(text(schema["minimum"]!)) to \(text(schema["maximum"]!))"
    case "array": return allowed(resolved(schema["items"] as! Object)).map { "a list, each item \($0)" }
    case "number":
      let upper = schema["maximum"].map(text)
      if let lower = schema["exclusiveMinimum"].map(text) {
        return "a number above \(lower)" + (upper.map { " and at most \($0)" } ?? "")
      }
      guard let lower = schema["minimum"].map(text) else {
        return upper.map { "a number of at most \($0)" } ?? "a finite number"
      }
      return upper.map { "a number from \(lower) to \($0)" } ?? "a number of at least \(lower)"
    default: return nil
    }
  }
}
