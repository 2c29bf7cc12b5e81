import FeynmanKac

/// A pretrained network: it answers to a batch; what its answer stands for is said by a `Prediction`.
///
/// Batches are evaluated on several threads at once, so a network keeps what it needs to write in the batch's
/// workspace. Its answer to a row must not depend on the thread that asks.
public protocol Network: AnyObject, Sendable {
  /// `d`, the length of a row.
  var dimensions: Int { get }
  /// The number of atoms where rows are configurations without their centre of mass; nil for plain vectors.
  var atoms: Int? { get }
  /// What conditions the network takes.
  var conditioning: Conditioning { get }
  /// Why its answers may not be the same bytes again, in a sentence without a full stop; nil where they are.
  var reproducibilityWarning: String? { get }
  /// How many rows a call is for.
  var batching: Batching { get }
  /// Floats of scratch memory that one evaluation of `rows` rows under each of `conditions` conditions needs.
  func workspaceSize(rows: Int, conditions: Int) -> Int
  /// Fills `batch.outputs`.
  ///
  /// - Throws: what a network that is not part of this process meets, as an error whose text says it in one sentence.
  func evaluate(_ batch: NetworkBatch, at point: NoisePoint) throws
}

extension Network {
  /// No atoms: rows are plain vectors, unless a network says otherwise.
  public var atoms: Int? { nil }
  /// No warning, unless a network says otherwise: it gives the same bytes again.
  public var reproducibilityWarning: String? { nil }
  /// Blocks, unless a network says otherwise.
  public var batching: Batching { .blocks }
}

/// Rows and the conditions under which they are asked. Valid only during the call that hands it over.
public struct NetworkBatch {
  /// Number of rows.
  public let count: Int
  /// Length of a row.
  public let dimensions: Int
  /// `x`, row-major `[count, dimensions]`, in the coordinates of the network's own process, without any scaling.
  public let states: UnsafePointer<Float>
  /// One condition for each part of the outputs; at least one.
  public let conditions: [Condition]
  /// `F`, row-major `[conditions.count, count, dimensions]`, to be written.
  public let outputs: UnsafeMutablePointer<Float>
  /// Scratch of the size the network stated, of unspecified content.
  public let workspace: UnsafeMutableBufferPointer<Float>

  /// A batch of memory that must stay valid while it is in use.
  public init(
    count: Int, dimensions: Int, states: UnsafePointer<Float>, conditions: [Condition],
    outputs: UnsafeMutablePointer<Float>, workspace: UnsafeMutableBufferPointer<Float>
  ) {
    self.count = count
    self.dimensions = dimensions
    self.states = states
    self.conditions = conditions
    self.outputs = outputs
    self.workspace = workspace
  }
}
