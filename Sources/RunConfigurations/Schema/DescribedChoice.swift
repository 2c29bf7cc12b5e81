/// Words that one key may hold, each with its meaning.
protocol DescribedChoice: RawRepresentable<String>, CaseIterable, Sendable {
  /// What it is, in a sentence.
  var summary: String { get }
}

extension DescribedChoice {
  static var words: [String] { allCases.map(\.rawValue) }
}
