/// One row to copy onto another.
public struct RowMove: Sendable, Equatable, BitwiseCopyable {
  /// The row that is written.
  public let destination: Int32
  /// The row that is read.
  public let source: Int32

  /// A copy of row `source` to row `destination`.
  public init(destination: Int32, source: Int32) {
    self.destination = destination
    self.source = source
  }
}
