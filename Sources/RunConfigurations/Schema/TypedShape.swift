import FeynmanKac

/// What a setting may hold, with the value that it stands for once it was checked.
struct TypedShape<Value>: Sendable {
  let shape: SettingShape
  /// Reads a value; nil for a setting of another shape.
  let read: @Sendable (Setting) -> Value?
  /// The inverse, for defaults.
  let write: @Sendable (Value) -> Setting
  /// What Swift calls the words that it may hold.
  let words: @Sendable () -> [SwiftWord]

  init(
    _ shape: SettingShape, words: @escaping @Sendable () -> [SwiftWord] = { [] },
    read: @escaping @Sendable (Setting) -> Value?,
    write: @escaping @Sendable (Value) -> Setting
  ) {
    self.shape = shape
    self.words = words
    self.read = read
    self.write = write
  }
}

// MARK: - Numbers and texts

extension TypedShape where Value == Double {
  static func number(_ range: NumberRange) -> Self {
    Self(.number(range), read: \.number, write: { .number($0) })
  }
}

extension TypedShape where Value == UInt64 {
  static func wholeNumber(_ range: ClosedRange<UInt64>) -> Self {
    Self(.wholeNumber(range), read: \.wholeNumber, write: { .wholeNumber($0) })
  }
}

extension TypedShape where Value == Int {
  static func count(_ range: ClosedRange<UInt64>) -> Self {
    Self(
      .wholeNumber(range), read: { $0.wholeNumber.map { Int(clamping: $0) } },
      write: { .wholeNumber(UInt64(clamping: $0)) })
  }
}

extension TypedShape where Value == Bool {
  static var boolean: Self { Self(.boolean, read: \.boolean, write: { .boolean($0) }) }
}

extension TypedShape where Value == String {
  static func text(_ what: String) -> Self { Self(.text(what), read: \.text, write: { .text($0) }) }
  static func path(_ what: String) -> Self { Self(.path(what), read: \.text, write: { .text($0) }) }
  static func choice(_ words: [String]) -> Self { Self(.choice(words), read: \.text, write: { .text($0) }) }

  static var modelName: Self { .text("the name of a model") }
  static var sha256: Self { .text("64 hexadecimal digits") }
}

extension TypedShape where Value: DescribedChoice {
  /// One of the words of a type.
  static var choice: Self {
    Self(
      .choice(Value.words), words: { Value.swiftWords }, read: { $0.text.flatMap { Value(rawValue: $0) } },
      write: { .text($0.rawValue) })
  }
}

// MARK: - Lists and mappings

extension TypedShape {
  static func list<Item>(_ item: TypedShape<Item>) -> Self where Value == [Item] {
    Self(
      .list(item.shape),
      read: { setting in
        guard let items = setting.items else { return nil }
        let values = items.compactMap(item.read)
        return values.count == items.count ? values : nil
      },
      write: { .list($0.map(item.write)) })
  }

  /// A mapping with free names.
  static func named<Item>(_ what: String, _ item: TypedShape<Item>) -> Self
  where Value == [(name: String, value: Item)] {
    Self(
      .named(what, item.shape),
      read: { setting in
        setting.entries?.compactMap { entry in item.read(entry.value).map { (entry.key, $0) } }
      },
      write: { .mapping($0.map { .init(key: $0.name, value: item.write($0.value)) }) })
  }
}

extension TypedShape where Value == Setting {
  /// A setting that is handed on as it is, such as a mapping with keys of its own.
  static func any(_ shape: SettingShape) -> Self { Self(shape, read: { $0 }, write: { $0 }) }
  static func record(_ record: RecordShape) -> Self { .any(.record(record)) }
}

// MARK: - Numbers in several spellings

extension TypedShape where Value == Schedule {
  /// A number, or its values at both ends of the path.
  static func schedule(_ range: NumberRange) -> Self {
    let from = Key("from", .number(range), .required, "At the start of the path, in the noise.")
    let to = Key("to", .number(range), .required, "At the end of the path, in the data.")
    return Self(
      .either([.number(range), .record(RecordShape(keys: [from, to]))]),
      read: { setting in
        if let number = setting.number { return .constant(number) }
        guard let from = try? from.value(in: setting), let to = try? to.value(in: setting) else { return nil }
        return Schedule(from: from, to: to)
      },
      write: { schedule in
        guard !schedule.isConstant else { return .number(schedule.from) }
        return .mapping([
          .init(key: from.name, value: .number(schedule.from)),
          .init(key: to.name, value: .number(schedule.to)),
        ])
      })
  }
}

/// One number for all, or one for each.
enum NumberOrList: Equatable {
  case common(Double)
  case each([Double])

  /// A list of `count` where one number stands for all; a list as it was given, of any length.
  func values(count: Int) -> [Double] {
    switch self {
    case .common(let value): Array(repeating: value, count: count)
    case .each(let values): values
    }
  }
}

extension TypedShape where Value == NumberOrList {
  static func numberOrList(_ range: NumberRange) -> Self {
    Self(
      .either([.number(range), .list(.number(range))]),
      read: { setting in setting.number.map { .common($0) } ?? setting.numbers.map { .each($0) } },
      write: { value in
        switch value {
        case .common(let number): .number(number)
        case .each(let numbers): .list(numbers.map { .number($0) })
        }
      })
  }
}
