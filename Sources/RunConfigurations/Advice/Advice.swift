/// What would make a run of a config better, cheaper or easier to trust.
package struct Advice {
  /// The key that it is about.
  package let setting: String
  /// Why, in sentences with their full stops.
  package let sentence: String
  /// What to set, as `--set` takes it; empty where the user alone can say.
  package let changes: [String]
  /// The page of the repository whose figures it rests on; nil where there is none.
  package let evidence: String?

  init(_ setting: String, _ sentence: String, set changes: String..., evidence: String? = nil) {
    self.setting = setting
    self.sentence = sentence
    self.changes = changes
    self.evidence = evidence
  }
}

/// One thing that may be better, and whether it is so for a config.
struct AdviceRule: Sendable {
  let advice: @Sendable (PlannedConfiguration) -> Advice?

  init(_ advice: @escaping @Sendable (PlannedConfiguration) -> Advice?) { self.advice = advice }

  /// Every rule, the ones that matter most first. A new one is a constant and its name here.
  static let all: [AdviceRule] = [
    .weights, .particles, .stepSizeError, .scheme, .path, .plainSamples, .control, .start, .islands,
    .threshold, .resampler,
    .moves, .trainedLevels, .guidance, .threads,
  ]
}
