/// An ONNX file that cannot be used, or an evaluation that failed.
public struct ONNXNetworkError: Error, Equatable, CustomStringConvertible {
  /// What a program may want to tell apart, such as by exit codes.
  public enum Kind: Sendable {
    /// The file is not one, or holds what OpenVINO does not know.
    case unreadable
    /// What was asked for is not what the file has.
    case mismatch
    /// The device is not there, or cannot evaluate the file.
    case noDevice
    /// An evaluation failed.
    case failed
  }

  /// What went wrong, roughly.
  public let kind: Kind
  /// The argument at fault, such as `names.noise`.
  public let setting: String
  /// What was found and what is allowed, in one sentence without a full stop.
  public let problem: String

  init(_ kind: Kind, _ setting: String, _ problem: String) {
    self.kind = kind
    self.setting = setting
    self.problem = problem
  }

  /// The problem alone.
  public var description: String { problem }

  /// OpenVINO's own words, without the places in its source that they went through, on one line.
  static func words(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline)
      .map { $0.drop(while: \.isWhitespace) }
      .filter { !$0.isEmpty && !$0.hasPrefix("Exception from ") && !$0.hasPrefix("Check '") }
    let words = lines.joined(separator: " ").prefix(400)
    return words.isEmpty ? "OpenVINO gives no reason" : String(words)
  }
}
