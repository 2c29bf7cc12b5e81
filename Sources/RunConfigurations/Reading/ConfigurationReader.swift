/// Turns YAML into a tree that knows its lines, within bounds that no config comes near.
package enum ConfigurationReader {
  /// The most bytes of a file.
  static let largestFile = 1 << 24
  /// Values of one text, each alias counted with all that it stands for.
  static let maximumCount = 500_000
  /// Lists and mappings inside each other.
  static let maximumDepth = 128
  /// The most bytes of one scalar.
  static let longestText = 1 << 16

  /// - Parameter what: How messages call the text.
  /// - Throws: `ConfigurationFaults` where the text is not YAML, goes beyond the bounds or repeats keys.
  package static func read(
    _ text: String, file: String, what: String = "the config"
  ) throws(ConfigurationFaults) -> ConfigurationNode {
    var builder = Builder(text)
    let node: ConfigurationNode?
    do throws(YAMLEvents.Fault) { node = try builder.document() } catch {
      throw ConfigurationFaults(
        file: file,
        [ConfigurationFault(origin: .line(error.line), path: SettingPath(), problem: error.problem)])
    }
    guard let node else {
      throw ConfigurationFaults(
        file: file,
        [ConfigurationFault(origin: .line(1), path: SettingPath(), problem: "\(what) is empty")])
    }
    guard builder.faults.isEmpty else { throw ConfigurationFaults(file: file, builder.faults) }
    return node
  }

  /// Reads the value of an override; every part of it comes from `option`.
  static func read(
    override text: String, at path: SettingPath, option: String, file: String
  ) throws(ConfigurationFaults) -> ConfigurationNode {
    var builder = Builder(text, option: option, path: path)
    let node: ConfigurationNode?
    do throws(YAMLEvents.Fault) { node = try builder.document() } catch {
      throw ConfigurationFaults(
        file: file, [ConfigurationFault(origin: .option(option), path: path, problem: error.problem)])
    }
    guard builder.faults.isEmpty else { throw ConfigurationFaults(file: file, builder.faults) }
    return node ?? ConfigurationNode(value: .scalar("", isQuoted: false), origin: .option(option))
  }

  // MARK: - Events to nodes

  private struct Builder {
    private let events: YAMLEvents
    private let option: String?
    private let path: SettingPath
    private(set) var faults: [ConfigurationFault] = []
    private var count = 0
    /// What anchors stand for, and how many values that is.
    private var anchors: [String: (node: ConfigurationNode, count: Int)] = [:]

    init(_ text: String, option: String? = nil, path: SettingPath = SettingPath()) {
      events = YAMLEvents(text)
      self.option = option
      self.path = path
    }

    private func next() throws(YAMLEvents.Fault) -> YAMLEvents.Event {
      do throws(YAMLEvents.Fault) { return try events.next() } catch {
        throw .init(line: error.line, problem: "not YAML: \(error.problem)")
      }
    }

    /// The one document of the text; nil where there is none.
    mutating func document() throws(YAMLEvents.Fault) -> ConfigurationNode? {
      guard case .documentStart = try next().content else { return nil }
      let node = try node(try next(), at: path, depth: 0)
      _ = try next()
      let rest = try next()
      guard case .streamEnd = rest.content else {
        throw .init(line: rest.line, problem: "not YAML of one document: another begins here")
      }
      return node
    }

    private func origin(_ event: YAMLEvents.Event) -> SettingOrigin {
      option.map { .option($0) } ?? .line(event.line)
    }

    private mutating func countUp(_ more: Int, _ event: YAMLEvents.Event) throws(YAMLEvents.Fault) {
      count += more
      guard count <= maximumCount else {
        throw .init(
          line: event.line, problem: "more than \(maximumCount) values, aliases counted with what they repeat"
        )
      }
    }

    private mutating func node(
      _ event: YAMLEvents.Event, at path: SettingPath, depth: Int
    ) throws(YAMLEvents.Fault) -> ConfigurationNode {
      let before = count
      try countUp(1, event)
      guard depth <= maximumDepth else {
        throw .init(line: event.line, problem: "lists and mappings are more than \(maximumDepth) deep")
      }
      let node: ConfigurationNode
      var anchor: String?
      switch event.content {
      case .scalar(let text, let isQuoted, let name):
        guard text.utf8.count <= longestText else {
          throw .init(
            line: event.line, problem: "a text of \(text.utf8.count) bytes; give at most \(longestText)")
        }
        anchor = name
        node = ConfigurationNode(value: .scalar(text, isQuoted: isQuoted), origin: origin(event))
      case .listStart(let name):
        anchor = name
        node = ConfigurationNode(
          value: .list(try items(at: path, depth: depth + 1)), origin: origin(event))
      case .mappingStart(let name):
        anchor = name
        node = ConfigurationNode(
          value: .mapping(try entries(at: path, depth: depth + 1)), origin: origin(event))
      case .alias(let name):
        guard let known = anchors[name] else {
          throw .init(line: event.line, problem: "not YAML: found undefined alias")
        }
        try countUp(known.count, event)
        node = known.node
      case .end, .documentStart, .documentEnd, .streamEnd:
        // The parser's grammar has none of these where a value begins.
        throw .init(line: event.line, problem: "not YAML: a value is missing")
      }
      if let anchor { anchors[anchor] = (node, count - before) }
      return node
    }

    private mutating func items(
      at path: SettingPath, depth: Int
    ) throws(YAMLEvents.Fault) -> [ConfigurationNode] {
      var items: [ConfigurationNode] = []
      while true {
        let event = try next()
        if case .end = event.content { return items }
        items.append(try node(event, at: path + String(items.count), depth: depth))
      }
    }

    private mutating func entries(
      at path: SettingPath, depth: Int
    ) throws(YAMLEvents.Fault) -> [ConfigurationNode.Entry] {
      var entries: [ConfigurationNode.Entry] = []
      var places: [String: Int] = [:]
      while true {
        let keyEvent = try next()
        if case .end = keyEvent.content { return entries }
        let key = try node(keyEvent, at: path, depth: depth)
        guard case .scalar(let name, _) = key.value else {
          _ = try node(try next(), at: path, depth: depth)
          faults.append(
            ConfigurationFault(
              origin: origin(keyEvent), path: path, problem: "a key is not text; give plain names"))
          continue
        }
        let keyOrigin = origin(keyEvent)
        var value = try node(try next(), at: path + name, depth: depth)
        if let first = places[name].map({ entries[$0] }) {
          var given = ""
          if case .line(let line) = first.keyOrigin { given = "; it was first given on line \(line)" }
          faults.append(
            ConfigurationFault(origin: keyOrigin, path: path + name, problem: "repeated key" + given))
          continue
        }
        // A block starts on the line below its key; the key is what a person looks for.
        if value.entries != nil || value.items != nil { value.origin = keyOrigin }
        places[name] = entries.count
        entries.append(.init(key: name, keyOrigin: keyOrigin, value: value))
      }
    }
  }
}
