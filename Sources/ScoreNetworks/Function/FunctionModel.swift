import FeynmanKac

/// A model that a function of the caller's own answers for, which knows the density of its data under noise too.
public struct FunctionModel: ScoreModel {
  /// Fills `batch.scores`, and `batch.logDensities` where they are not nil, at a point of the model's process.
  public typealias Body = @Sendable (_ batch: ScoreBatch, _ point: NoisePoint) throws -> Void

  /// `d`, the length of a row.
  public let dimensions: Int
  /// How many rows a call is for.
  public let batching: Batching
  /// The levels `v` at which the model can be asked; nil for all that its process covers.
  public let noiseLevels: ClosedRange<Double>?
  /// The data's standard deviation per dimension, where it is known.
  public let dataStandardDeviation: Double?
  private let body: Body

  /// - Parameters:
  ///   - dimensions: `d`, at least 1.
  ///   - batching: How many rows a call is for; under `blocks` the function is called on several threads at once.
  ///   - noiseLevels: `v` at which the model can be asked; nil for all that its process covers.
  ///   - dataStandardDeviation: Per dimension, in data units; nil where it is not known.
  ///   - body: The function; what it throws ends the run, which names the model.
  public init(
    dimensions: Int, batching: Batching = .all(), noiseLevels: ClosedRange<Double>? = nil,
    dataStandardDeviation: Double? = nil, body: @escaping Body
  ) {
    precondition(dimensions > 0, "a row of \(dimensions) numbers")
    self.dimensions = dimensions
    self.batching = batching
    self.noiseLevels = noiseLevels
    self.dataStandardDeviation = dataStandardDeviation
    self.body = body
  }

  /// True: the function fills them.
  public var hasLogDensity: Bool { true }

  /// Asks the function.
  ///
  /// - Throws: what the function throws.
  public func evaluate(_ batch: ScoreBatch, at point: NoisePoint) throws { try body(batch, point) }
}
