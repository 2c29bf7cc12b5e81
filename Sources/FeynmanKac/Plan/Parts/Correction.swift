/// What repairs the difference between the composed noised models and the noised composition: one conformer a file in
/// `Correction`, and a line in `Sampler.Correction.allCases`.
protocol Correction: Part {
  /// The word for it in a config.
  var name: String { get }
  /// What it is, in a sentence.
  var summary: String { get }
  /// Whether the error of log Z goes with the step length as the scheme's order says, so that two step lengths tell it.
  var followsSchemeOrder: Bool { get }
  /// Whether a control makes its weights vary less.
  var gainsFromControl: Bool { get }

  /// A sentence on the error that it was seen to make at usual numbers of steps; nil for one that is good for them.
  var knownError: String? { get }

  /// What weighs one thread's blocks; nil where weights stay 1.
  func makeWeights(_ plan: RunPlan, _ state: ParticleState, _ scratch: BlockScratch) -> WeightIncrements?
}

extension Correction {
  var followsSchemeOrder: Bool { false }
  var gainsFromControl: Bool { true }
  var knownError: String? { nil }
  /// The constant of `Sampler.Correction` as code spells it, with its dot.
  var constant: String { ".\(SwiftName.camelCase(name))" }
}

extension Sampler {
  /// What repairs the difference between the composed noised models and the noised composition.
  public struct Correction: RawRepresentable, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    /// Every correction. A new one is a file in `Correction` and its name here.
    public static let allCases: [Correction] = [
      .none,
      .feynmanKac,
      .kernelRatio,
      .densityRatio,
    ]

    let rule: any FeynmanKac.Correction

    init(_ rule: any FeynmanKac.Correction) { self.rule = rule }

    /// The correction that a config calls so; nil where there is none.
    public init?(rawValue: String) {
      guard let correction = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
      self = correction
    }

    /// The word for it in a config.
    public var rawValue: String { rule.name }
    /// The constant's name, with its dot.
    package var constant: String { rule.constant }
    /// What it is, in a sentence.
    public var summary: String { rule.summary }
    /// The word for it in a config.
    public var description: String { rawValue }

    /// Corrections of one name are the same.
    public static func == (one: Correction, other: Correction) -> Bool { one.rawValue == other.rawValue }
    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
  }
}
