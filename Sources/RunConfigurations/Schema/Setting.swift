/// A setting that was checked, with every default filled in.
enum Setting: Equatable {
  case wholeNumber(UInt64)
  case number(Double)
  case boolean(Bool)
  case text(String)
  case list([Setting])
  case mapping([Entry])

  struct Entry: Equatable {
    let key: String
    var value: Setting
  }

  /// The setting at a key; nil where it is absent or was at fault.
  subscript(key: String) -> Setting? {
    guard case .mapping(let entries) = self else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// The mapping with one more key, or another value of one that it has.
  ///
  /// - Parameter predecessor: The key that it comes after, so that a config that is resolved twice has one order; without it a new one goes to the
  ///   front, and another stays where it is.
  func setting(_ key: String, to value: Setting, after predecessor: String?) -> Setting {
    guard case .mapping(var entries) = self else { return self }
    let former = entries.firstIndex { $0.key == key }
    if let former { entries.remove(at: former) }
    let position = entries.firstIndex { $0.key == predecessor }.map { $0 + 1 } ?? former ?? 0
    entries.insert(Entry(key: key, value: value), at: position)
    return .mapping(entries)
  }

  /// The mapping with another value at a key that it has.
  func changing(_ key: String, _ change: (Setting) -> Setting) -> Setting {
    self[key].map { setting(key, to: change($0), after: nil) } ?? self
  }

  /// The mapping without a key.
  func removing(_ key: String) -> Setting {
    guard case .mapping(let entries) = self else { return self }
    return .mapping(entries.filter { $0.key != key })
  }

  var wholeNumber: UInt64? { if case .wholeNumber(let value) = self { value } else { nil } }
  var number: Double? { if case .number(let value) = self { value } else { nil } }
  var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
  var text: String? { if case .text(let value) = self { value } else { nil } }
  var items: [Setting]? { if case .list(let items) = self { items } else { nil } }
  var entries: [Entry]? { if case .mapping(let entries) = self { entries } else { nil } }
  var isMapping: Bool { entries != nil }

  /// A list of numbers.
  var numbers: [Double]? {
    guard let items else { return nil }
    let numbers = items.compactMap(\.number)
    return numbers.count == items.count ? numbers : nil
  }

  /// A list of lists of numbers.
  var rows: [[Double]]? {
    guard let items else { return nil }
    let rows = items.compactMap(\.numbers)
    return rows.count == items.count ? rows : nil
  }
}
