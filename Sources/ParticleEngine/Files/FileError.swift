/// A file that could not be read or written.
public struct FileError: Error, Equatable, CustomStringConvertible {
  /// What a program may want to tell apart, such as by exit codes.
  public enum Kind: Sendable {
    /// There is no such file.
    case missing
    /// It is there, and its content is not what it should be.
    case malformed
    /// It cannot be written.
    case unwritable
    /// Another process is writing there.
    case busy
  }

  /// Missing, malformed or unwritable.
  public let kind: Kind
  /// The path as it was given.
  public let path: String
  /// What was found and what is allowed, in one sentence without a full stop.
  public let problem: String

  /// - Parameters:
  ///   - kind: Missing, malformed or unwritable.
  ///   - path: The path as it was given.
  ///   - problem: One sentence without a full stop.
  public init(_ kind: Kind, _ path: String, _ problem: String) {
    self.kind = kind
    self.path = path
    self.problem = problem
  }

  /// `path: problem`.
  public var description: String { "\(path): \(problem)" }
}
