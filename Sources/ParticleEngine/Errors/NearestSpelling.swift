/// Finds what a misspelt name was meant to be.
package enum NearestSpelling {
  /// The candidate with the fewest edits, if they are few for a word of that length.
  package static func of(_ word: String, among candidates: [String]) -> String? {
    // A word of which nothing stays was not misspelt.
    let limit = min(max(1, word.count / 3), word.count - 1)
    let distances = candidates.map { (candidate: $0, distance: distance(word, $0)) }
    guard let best = distances.min(by: { $0.distance < $1.distance }), best.distance <= limit else {
      return nil
    }
    return best.candidate
  }

  /// The candidates, those with the fewest edits first.
  package static func ranked(_ candidates: [String], by word: String) -> [String] {
    candidates.map { (distance: distance(word, $0), candidate: $0) }.sorted { $0 < $1 }.map(\.candidate)
  }

  /// `did you mean 'x'?`, or what is allowed where nothing is near.
  package static func advice(for word: String, among candidates: [String], otherwise: String) -> String {
    of(word, among: candidates).map { "did you mean '\($0)'?" } ?? otherwise
  }

  /// Insertions, deletions, replacements and exchanges of neighbours, case and `-` for `_` counting as nothing.
  package static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(folded(left))
    let right = Array(folded(right))
    var beforePrevious = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    for i in 0..<left.count {
      var row = [i + 1] + [Int](repeating: 0, count: right.count)
      for j in 0..<right.count {
        row[j + 1] = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          row[j + 1] = min(row[j + 1], beforePrevious[j - 1] + 1)
        }
      }
      (beforePrevious, previous) = (previous, row)
    }
    return previous[right.count]
  }

  private static func folded(_ word: String) -> [Character] {
    word.lowercased().map { $0 == "-" ? "_" : $0 }
  }
}
