import FeynmanKac

// Mappings with known keys.

extension ConfigurationValidator {
  mutating func mapping(_ node: ConfigurationNode, _ record: RecordShape, at path: SettingPath) -> Setting? {
    guard let entries = node.entries else {
      report(node, path, "found \(node.found); give \(SettingShape.record(record).allowed)")
      return nil
    }
    var settings: [Setting.Entry] = []
    guard let fields = fields(of: record, in: node, at: path, into: &settings) else { return nil }
    let meant = reportUnknown(entries, record, fields, at: path)

    for field in fields {
      let path = path + field.key
      if let entry = entries.first(where: { $0.key == field.key }) {
        if case .refused(let reason) = field.presence {
          faults.append(ConfigurationFault(origin: entry.keyOrigin, path: path, problem: reason))
        } else if let value = setting(entry.value, as: field.shape, at: path) {
          settings.append(.init(key: field.key, value: value))
        }
        continue
      }
      switch field.presence {
      case .required where meant.contains(field.key): break
      case .required: report(node, path, "missing; give \(field.shape.allowed)")
      case .byDefault(let value):
        var value = value
        value.origin = node.origin
        if let value = setting(value, as: field.shape, at: path) {
          settings.append(.init(key: field.key, value: value))
        }
      case .optional, .refused: break
      }
    }
    for groups in allGroups(of: record, chosen: settings)
    where !groups.contains(where: { $0.keys.contains(where: meant.contains) }) {
      guard isOneGroup(of: groups, in: node, at: path) else { return nil }
    }
    return .mapping(settings)
  }

  /// The keys that there are for the tags that were chosen; nil where a tag is at fault, and with it all the rest.
  private mutating func fields(
    of record: RecordShape, in node: ConfigurationNode, at path: SettingPath,
    into settings: inout [Setting.Entry]
  ) -> [SettingField]? {
    guard let tag = record.tag else { return record.fields }
    let name: String
    if var given = node[tag.key] {
      if case .scalar(let text, let isQuoted) = given.value {
        given.value = .scalar(tag.currentName(text), isQuoted: isQuoted)
      }
      guard case .text(let text)? = setting(given, as: .choice(tag.variants.map(\.name)), at: path + tag.key)
      else { return nil }
      name = text
    } else if let fallback = tag.fallback {
      name = fallback
    } else {
      if let misspelt = node.entries?.first(where: { NearestSpelling.of($0.key, among: [tag.key]) != nil }) {
        faults.append(
          ConfigurationFault(
            origin: misspelt.keyOrigin, path: path + misspelt.key,
            problem: "unknown key; did you mean '\(tag.key)'?"))
        return nil
      }
      report(node, path + tag.key, "missing; give \(SettingShape.choice(tag.variants.map(\.name)).allowed)")
      return nil
    }
    settings.append(.init(key: tag.key, value: .text(name)))
    guard let variant = tag.record(name),
      let more = fields(of: variant, in: node, at: path, into: &settings)
    else { return nil }
    return more + record.fields
  }

  /// - Returns: The keys that the unknown ones were probably meant to be, which nobody needs to be told are missing.
  private mutating func reportUnknown(
    _ entries: [ConfigurationNode.Entry], _ record: RecordShape, _ fields: [SettingField],
    at path: SettingPath
  ) -> [String] {
    let tags = tagKeys(of: record)
    let valid = tags + fields.filter { !$0.isRefused }.map(\.key)
    var meant: [String] = []
    for entry in entries where !tags.contains(entry.key) && !fields.contains(where: { $0.key == entry.key }) {
      let problem: String
      if let owner = owner(of: entry.key, in: record) {
        problem =
          "belongs to \(owner.tag): \(owner.variants.joined(separator: ", ")); remove it or change \(owner.tag)"
      } else if faults.count > ConfigurationFaults.mostLines {
        // Nobody will read it.
        problem = "unknown key"
      } else {
        meant += NearestSpelling.of(entry.key, among: valid).map { [$0] } ?? []
        let advice = NearestSpelling.advice(
          for: entry.key, among: valid, otherwise: "the keys here are \(valid.joined(separator: ", "))")
        problem = "unknown key; \(advice)"
      }
      faults.append(ConfigurationFault(origin: entry.keyOrigin, path: path + entry.key, problem: problem))
    }
    return meant
  }

  private func tagKeys(of record: RecordShape) -> [String] {
    guard let tag = record.tag else { return [] }
    var keys = [tag.key]
    for variant in tag.variants { keys += tagKeys(of: variant.record).filter { !keys.contains($0) } }
    return keys
  }

  /// The variants that have a key which the chosen one has not.
  private func owner(of key: String, in record: RecordShape) -> (tag: String, variants: [String])? {
    guard let tag = record.tag else { return nil }
    for variant in tag.variants {
      if let owner = owner(of: key, in: variant.record) { return owner }
    }
    let owners = tag.variants.filter { $0.record.fields.contains { $0.key == key } }.map(\.name)
    return owners.isEmpty ? nil : (tag.key, owners)
  }

  // MARK: - Groups

  private func allGroups(of record: RecordShape, chosen: [Setting.Entry]) -> [[RecordShape.KeyGroup]] {
    var groups = record.groups.isEmpty ? [] : [record.groups]
    if let tag = record.tag, let name = chosen.first(where: { $0.key == tag.key })?.value.text,
      let variant = tag.record(name)
    {
      groups += allGroups(of: variant, chosen: chosen)
    }
    return groups
  }

  /// Whether exactly one group is given, with all that it needs.
  private mutating func isOneGroup(
    of groups: [RecordShape.KeyGroup], in node: ConfigurationNode, at path: SettingPath
  ) -> Bool {
    let names = groups.map { $0.required.joined(separator: " and ") }.joined(separator: ", ")
    let given = (node.entries ?? []).filter { entry in groups.contains { $0.keys.contains(entry.key) } }
    guard let first = given.first, let group = groups.first(where: { $0.keys.contains(first.key) }) else {
      report(node, path, "nothing is given of \(names); give exactly one")
      return false
    }
    if let other = given.first(where: { !group.keys.contains($0.key) }) {
      faults.append(
        ConfigurationFault(
          origin: other.keyOrigin, path: path,
          problem: "\(first.key) and \(other.key) exclude each other; give exactly one of \(names)"))
      return false
    }
    let missing = group.required.filter { node[$0] == nil }
    for key in missing { report(node, path + key, "missing; it goes with \(first.key)") }
    return missing.isEmpty
  }
}
