/// Words that one key may hold, each with its meaning.
protocol DescribedChoice: RawRepresentable<String>, CaseIterable, Sendable {
  /// What it is, in a sentence.
  var summary: String { get }
  /// The case as code spells it, with its dot.
  var constant: String { get }
}

extension DescribedChoice {
  var constant: String { ".\(self)" }
  static var words: [String] { allCases.map(\.rawValue) }
  static var swiftWords: [SwiftWord] {
    allCases.map { SwiftWord(word: $0.rawValue, swift: $0.constant) }
  }
}
