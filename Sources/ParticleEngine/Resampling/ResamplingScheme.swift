/// The resamplers by their names in a config: one conformer of ``Resampler`` a file, and a line in `allCases`.
public struct ResamplingScheme: RawRepresentable, CaseIterable, Hashable, Sendable, CustomStringConvertible {
  /// Every scheme. A new one is a file beside this and its name here.
  public static let allCases: [ResamplingScheme] = [
    .multinomial,
    .residual,
    .stratified,
    .systematic,
    .ssp,
    .killing,
    .metropolis,
    .birthDeath,
  ]

  /// The rule, with its default parameters.
  public let resampler: any Resampler

  init(_ resampler: any Resampler) { self.resampler = resampler }

  /// The scheme that a config calls so; nil where there is none.
  public init?(rawValue: String) {
    guard let scheme = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = scheme
  }

  /// The word for it in a config.
  public var rawValue: String { resampler.name }
  /// What it is, in a sentence.
  public var summary: String { resampler.summary }
  /// The word for it in a config.
  public var description: String { rawValue }

  /// Schemes of one name are the same.
  public static func == (one: ResamplingScheme, other: ResamplingScheme) -> Bool {
    one.rawValue == other.rawValue
  }
  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
