/// How a step moves the particles: one conformer a file in `Scheme`, and a line in `Sampler.Scheme.allCases`.
///
/// A step is a Gaussian whose mean is affine in what the models say, so a scheme comes down to the coefficients of a
/// `Move`, which is made once for each island and step.
protocol Scheme: Part {
  /// The word for it in a config.
  var name: String { get }
  /// What it is, in a sentence.
  var summary: String { get }
  /// The order of log Z and averages in the step length; see <doc:Mathematics>.
  var order: Int { get }
  /// True where a step is a Gaussian whose reversal has a density, given the step before.
  var hasReversal: Bool { get }
  /// The parts of a step's length that the rates at its start and at its end are taken for; a half each unless a scheme
  /// says otherwise.
  var rateShares: (start: Double, end: Double) { get }
  /// A sentence on the error that it was seen to make at usual numbers of steps; nil for one that is good for them.
  var knownError: String? { get }

  /// The coefficients of a step.
  ///
  /// - Parameters:
  ///   - slope: `θ` of the control.
  ///   - response: `ρ` of the drift point; 0 unless the scheme needs it.
  func move(_ numbers: StepNumbers, slope: Double, response: PointResponse) -> Move

  /// What is added to a step once the models were asked where it has led; asked for by schemes that need `secondDrift`.
  func secondDrift(_ numbers: StepNumbers, slope: Double) -> SecondDrift?
}

extension Scheme {
  var rateShares: (start: Double, end: Double) { (0.5, 0.5) }
  var knownError: String? { nil }
  /// The constant of `Sampler.Scheme` as code spells it, with its dot.
  var constant: String { ".\(SwiftName.camelCase(name))" }
  func secondDrift(_ numbers: StepNumbers, slope: Double) -> SecondDrift? { nil }
}

extension Sampler {
  /// How a step moves the particles. Formulas are in <doc:Mathematics>.
  public struct Scheme: RawRepresentable, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    /// Every scheme, the default first. A new one is a file in `Scheme` and its name here.
    public static let allCases: [Scheme] = [
      .exponentialMultistep,
      .exponential,
      .heun,
      .eulerMaruyama,
    ]

    let rule: any FeynmanKac.Scheme

    init(_ rule: any FeynmanKac.Scheme) { self.rule = rule }

    /// The scheme that a config calls so; nil where there is none.
    public init?(rawValue: String) {
      guard let scheme = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
      self = scheme
    }

    /// The word for it in a config.
    public var rawValue: String { rule.name }
    /// The constant's name, with its dot.
    package var constant: String { rule.constant }
    /// What it is, in a sentence.
    public var summary: String { rule.summary }
    /// The word for it in a config.
    public var description: String { rawValue }

    /// Schemes of one name are the same.
    public static func == (one: Scheme, other: Scheme) -> Bool { one.rawValue == other.rawValue }
    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
  }
}
