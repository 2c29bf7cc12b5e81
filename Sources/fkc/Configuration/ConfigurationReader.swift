import Yams

/// Turns YAML into a tree that knows its lines.
enum ConfigurationReader {
  /// - Throws: `ConfigurationFaults` where the text is not YAML or repeats keys.
  static func read(_ text: String, file: String) throws(ConfigurationFaults) -> ConfigurationNode {
    var conversion = Conversion()
    let node: ConfigurationNode?
    do { node = try compose(text).map { conversion.node($0, at: SettingPath()) } } catch {
      throw ConfigurationFaults(file: file, [fault(error)])
    }
    guard let node else {
      throw ConfigurationFaults(
        file: file,
        [ConfigurationFault(origin: .line(1), path: SettingPath(), problem: "the config is empty")])
    }
    guard conversion.faults.isEmpty else { throw ConfigurationFaults(file: file, conversion.faults) }
    return node
  }

  /// Reads the value of an override; every part of it comes from `option`.
  static func read(
    override text: String, at path: SettingPath, option: String, file: String
  ) throws(ConfigurationFaults) -> ConfigurationNode {
    var conversion = Conversion(option: option)
    do {
      let node = try compose(text).map { conversion.node($0, at: path) }
      guard conversion.faults.isEmpty else { throw ConfigurationFaults(file: file, conversion.faults) }
      return node ?? ConfigurationNode(value: .scalar("", isQuoted: false), origin: .option(option))
    } catch let faults as ConfigurationFaults {
      throw faults
    } catch {
      throw ConfigurationFaults(
        file: file,
        [ConfigurationFault(origin: .option(option), path: path, problem: fault(error).problem)])
    }
  }

  // MARK: - Repeated keys

  /// Marks a key that is given again further down. A private-use character, which no key of a config has.
  private static let repeatMark: Character = "\u{E000}"

  /// Yams refuses repeated keys without saying where the second is. So the first is marked in the text, as often as
  /// it takes, and the conversion finds both.
  private static func compose(_ text: String) throws -> Node? {
    var text = text
    for _ in 0..<1000 {
      do {
        return try Parser(yaml: text, resolver: .basic, constructor: .default).singleRoot()
      } catch YamlError.duplicatedKeysInMapping(_, let context) {
        guard let marked = marking(keyAt: context.mark, in: text) else { break }
        text = marked
      }
    }
    throw UnlocatedRepeat()
  }

  /// Keys repeat in a way that marks cannot tell apart, such as behind anchors.
  private struct UnlocatedRepeat: Error, CustomStringConvertible {
    var description: String { "a mapping repeats a key" }
  }

  private static func marking(keyAt mark: Mark, in text: String) -> String? {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.indices.contains(mark.line - 1) else { return nil }
    var scalars = Array(lines[mark.line - 1].unicodeScalars)
    var position = mark.column - 1
    guard scalars.indices.contains(position) else { return nil }
    if scalars[position] == "\"" || scalars[position] == "'" { position += 1 }
    scalars.insert(contentsOf: repeatMark.unicodeScalars, at: position)
    lines[mark.line - 1] = String(String.UnicodeScalarView(scalars))
    return lines.joined(separator: "\n")
  }

  // MARK: - Conversion

  private struct Conversion {
    var option: String?
    var faults: [ConfigurationFault] = []

    init(option: String? = nil) { self.option = option }

    func origin(_ mark: Mark?) -> ConfigurationNode.Origin {
      option.map { .option($0) } ?? .line(mark?.line ?? 1)
    }

    mutating func node(_ node: Node, at path: SettingPath) -> ConfigurationNode {
      switch node {
      case .scalar(let scalar):
        let isQuoted = scalar.style != .plain && scalar.style != .any
        return ConfigurationNode(
          value: .scalar(scalar.string, isQuoted: isQuoted), origin: origin(scalar.mark))
      case .sequence(let sequence):
        let items = sequence.enumerated().map { self.node($0.element, at: path + String($0.offset)) }
        return ConfigurationNode(value: .list(items), origin: origin(sequence.mark))
      case .mapping(let mapping):
        return ConfigurationNode(value: .mapping(entries(mapping, at: path)), origin: origin(mapping.mark))
      case .alias:
        return ConfigurationNode(value: .scalar("", isQuoted: false), origin: origin(node.mark))
      }
    }

    private mutating func entries(_ mapping: Node.Mapping, at path: SettingPath) -> [ConfigurationNode.Entry]
    {
      var entries: [ConfigurationNode.Entry] = []
      for (key, value) in mapping {
        guard case .scalar(let scalar) = key else {
          faults.append(
            ConfigurationFault(
              origin: origin(key.mark), path: path, problem: "a key is not text; give plain names"))
          continue
        }
        let name = scalar.string.filter { $0 != repeatMark }
        let keyOrigin = origin(scalar.mark)
        if let first = entries.first(where: { $0.key == name }) {
          var given = ""
          if case .line(let line) = first.keyOrigin { given = "; it was first given on line \(line)" }
          faults.append(
            ConfigurationFault(origin: keyOrigin, path: path + name, problem: "repeated key" + given))
          continue
        }
        var converted = node(value, at: path + name)
        // A block starts on the line below its key; the key is what a person looks for.
        if converted.entries != nil || converted.items != nil { converted.origin = keyOrigin }
        entries.append(.init(key: name, keyOrigin: keyOrigin, value: converted))
      }
      return entries
    }
  }

  private static func fault(_ error: any Error) -> ConfigurationFault {
    let (line, problem): (Int, String) =
      switch error {
      case YamlError.scanner(let context, let problem, let mark, _),
        YamlError.parser(let context, let problem, let mark, _),
        YamlError.composer(let context, let problem, let mark, _):
        (mark.line, context.map { "\(problem) \($0.text)" } ?? problem)
      case YamlError.reader(let problem, _, _, _):
        (1, problem)
      default:
        (1, "\(error)")
      }
    return ConfigurationFault(origin: .line(line), path: SettingPath(), problem: "not YAML: \(problem)")
  }
}
