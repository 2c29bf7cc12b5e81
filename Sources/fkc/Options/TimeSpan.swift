import ArgumentParser

/// A length of time as people write it: `90s`, `55m`, `2h`, `1h30m`; a bare number is of seconds.
struct TimeSpan: ExpressibleByArgument {
  let seconds: Double

  private static let units: [(letter: Character, seconds: Double)] = [("h", 3600), ("m", 60), ("s", 1)]

  /// - Parameter argument: Units in this order, each once.
  init?(argument: String) {
    var rest = Substring(argument)
    var sum = 0.0
    for unit in Self.units {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      guard rest.dropFirst(digits.count).first == unit.letter else { continue }
      guard let number = Double(digits) else { return nil }
      sum += number * unit.seconds
      rest = rest.dropFirst(digits.count + 1)
    }
    if !rest.isEmpty {
      guard rest.count == argument.count, let number = Double(rest) else { return nil }
      sum = number
    }
    guard !argument.isEmpty, sum > 0, sum <= 1e9 else { return nil }
    seconds = sum
  }
}
