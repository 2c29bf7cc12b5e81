/// A setting that cannot work, found before the first step.
public struct SetupError: Error, Equatable, CustomStringConvertible {
  /// The setting as the config spells it, such as `sampler.noise_scale` or `target`.
  public let setting: String
  /// What was found and what is allowed, in one sentence without a full stop.
  public let problem: String

  /// - Parameters:
  ///   - setting: As the config spells it, sections included.
  ///   - problem: One sentence without a full stop.
  public init(_ setting: String, _ problem: String) {
    self.setting = setting
    self.problem = problem
  }

  /// `setting: problem`.
  public var description: String { "\(setting): \(problem)" }
}
