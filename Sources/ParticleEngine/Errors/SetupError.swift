/// A setting that cannot work, found before the first step.
public struct SetupError: Error, Equatable, CustomStringConvertible {
  /// The property at fault as Swift code reaches it, such as `sampler.noiseScale`, `target.terms[1].model` or, for an
  /// argument, `particles`.
  public let setting: String
  /// What was found and what is allowed, in one sentence without a full stop. Names of settings and their values stand in
  /// backquotes, as Swift code spells them.
  public let problem: String

  /// - Parameters:
  ///   - setting: The path of the property, or the name of the argument.
  ///   - problem: One sentence without a full stop, names and values of settings in backquotes.
  public init(_ setting: String, _ problem: String) {
    self.setting = setting
    self.problem = problem
  }

  /// `setting: problem`.
  public var description: String { "\(setting): \(problem)" }

  /// Does something with the settings that a property holds, and names a fault in them by the way through that property.
  package static func within<Value>(_ owner: String, _ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as SetupError {
      throw SetupError("\(owner).\(error.setting)", error.problem)
    }
  }
}
