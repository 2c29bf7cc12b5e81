/// What of the models' scores spans a control: each model's score by itself where there are few, else their composed score.
///
/// With many models the coefficients of each would be as many numbers as a few thousand particles tell badly, and a column for each.
struct ScoreBases: Sendable {
  private static let mostModels = 3

  /// How many there are.
  let count: Int
  /// Whether a basis is the score of one term, and not the composed one.
  let areSingle: Bool

  init(terms: Int) {
    areSingle = 2...Self.mostModels ~= terms
    count = areSingle ? terms : 1
  }

  /// What a term's score has in a basis at a level.
  func coefficient(of term: Int, in basis: Int, exponent: Double) -> Double {
    areSingle ? (term == basis ? 1 : 0) : exponent
  }
}

extension RunPlan {
  /// What a basis is divided by, so that it changes along the path as scores do: `A` of the composed score, whose exponents may move.
  func scale(ofBasesAt level: Int) -> Double { scoreBases?.areSingle == false ? exponentSums[level] : 1 }

  /// What the drift of a target without control has of a scaled basis in the middle of a step, over `½(1+c²) v`.
  func exponent(ofBasis basis: Int, inStep step: Int) -> Double {
    guard scoreBases?.areSingle == true else { return 0.5 * (exponentSums[step] + exponentSums[step + 1]) }
    return 0.5 * (terms[basis].exponents[step] + terms[basis].exponents[step + 1])
  }
}
