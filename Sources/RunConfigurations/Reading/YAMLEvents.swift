internal import CLibYAML  // Only in this file.

/// The events of a YAML text, one at a time.
final class YAMLEvents {
  enum Content {
    case scalar(String, isQuoted: Bool, anchor: String?)
    case alias(String)
    case listStart(anchor: String?)
    case mappingStart(anchor: String?)
    /// The end of the list or mapping that began last.
    case end
    case documentStart
    case documentEnd
    case streamEnd
  }

  struct Event {
    let content: Content
    /// The line, from 1.
    let line: Int
  }

  /// What is no YAML.
  struct Fault: Error {
    let line: Int
    let problem: String
  }

  private var parser = yaml_parser_t()
  private let text: ContiguousArray<UInt8>
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ text: String) {
    self.text = ContiguousArray(text.utf8)
    // The parser keeps the address.
    input = .allocate(capacity: max(self.text.count, 1))
    _ = input.initialize(from: self.text)
    yaml_parser_initialize(&parser)
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(&parser, input.baseAddress, self.text.count)
  }

  deinit {
    yaml_parser_delete(&parser)
    input.deallocate()
  }

  func next() throws(Fault) -> Event {
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(&parser, &event) == 1 else { throw fault() }
      defer { yaml_event_delete(&event) }
      if let content = Self.content(event) {
        return Event(content: content, line: Int(clamping: event.start_mark.line) + 1)
      }
    }
  }

  /// What an event says; nil for what says nothing.
  private static func content(_ event: yaml_event_t) -> Content? {
    switch event.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE || scalar.style == YAML_ANY_SCALAR_STYLE
      return .scalar(
        String(decoding: bytes, as: UTF8.self), isQuoted: !isPlain, anchor: name(scalar.anchor))
    case YAML_ALIAS_EVENT: return .alias(name(event.data.alias.anchor) ?? "")
    case YAML_SEQUENCE_START_EVENT: return .listStart(anchor: name(event.data.sequence_start.anchor))
    case YAML_MAPPING_START_EVENT: return .mappingStart(anchor: name(event.data.mapping_start.anchor))
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .end
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_STREAM_END_EVENT: return .streamEnd
    default: return nil
    }
  }

  private static func name(_ text: UnsafeMutablePointer<UInt8>?) -> String? {
    text.map { String(cString: $0) }
  }

  private func fault() -> Fault {
    let problem = parser.problem.map { String(cString: $0) } ?? "cannot be read"
    if parser.error == YAML_READER_ERROR {
      let line = 1 + text.prefix(Int(clamping: parser.problem_offset)).count { $0 == 0x0A }
      return Fault(line: line, problem: problem)
    }
    let context = parser.context.map { " " + String(cString: $0) } ?? ""
    return Fault(line: Int(clamping: parser.problem_mark.line) + 1, problem: problem + context)
  }
}
