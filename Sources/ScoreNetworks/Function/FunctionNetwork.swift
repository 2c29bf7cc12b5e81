import FeynmanKac

/// A network that a function of the caller's own answers for.
public final class FunctionNetwork: Network {
  /// Fills `batch.outputs` at a point of the network's process.
  public typealias Body = @Sendable (_ batch: NetworkBatch, _ point: NoisePoint) throws -> Void

  /// `d`, the length of a row.
  public let dimensions: Int
  /// What conditions the function takes.
  public let conditioning: Conditioning
  /// How many rows a call is for.
  public let batching: Batching
  private let body: Body

  /// - Parameters:
  ///   - dimensions: `d`, at least 1.
  ///   - conditioning: What conditions the function takes.
  ///   - batching: How many rows a call is for; under `blocks` the function is called on several threads at once.
  ///   - body: The function; what it throws ends the run, which names the model.
  public init(
    dimensions: Int, conditioning: Conditioning = .unconditional, batching: Batching = .all(),
    body: @escaping Body
  ) {
    precondition(dimensions > 0, "a row of \(dimensions) numbers")
    self.dimensions = dimensions
    self.conditioning = conditioning
    self.batching = batching
    self.body = body
  }

  /// No scratch memory.
  public func workspaceSize(rows: Int, conditions: Int) -> Int { 0 }

  /// Asks the function.
  ///
  /// - Throws: what the function throws.
  public func evaluate(_ batch: NetworkBatch, at point: NoisePoint) throws { try body(batch, point) }
}
