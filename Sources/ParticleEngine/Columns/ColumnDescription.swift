/// What is known of a column without its rows: enough to count, move, save or send it.
public struct ColumnDescription: Sendable {
  /// Whom a column belongs to.
  public enum Owner: Sendable {
    /// Each particle: the row moves when the particle is resampled.
    case particle
    /// Each particle, until resampling makes it anew.
    case weight
    /// The step: filled before it is read, by a thread or for all particles.
    case step
    /// The blocks: what they leave for their island.
    case block
  }

  /// What its rows are, unlike any other's of its table.
  public let name: String
  /// The type of an element.
  public let element: any BitwiseCopyable.Type
  /// Elements of one row.
  public let width: Int
  /// Whom it belongs to.
  public let owner: Owner
  /// Over all rows; the alignment comes on top.
  public let bytes: Int
}
