/// A pretrained model: given noised particles, it says in which direction their density rises.
///
/// One method is enough. A batch holds rows `x`, those of one block unless `batching` says otherwise, in the coordinates of
/// the model's own process; the model writes `∇_x log q_t(x)` for every row. Batches are evaluated on several threads at
/// once, so a model keeps what it needs to write in `batch.workspace`, whose size it states beforehand.
public protocol ScoreModel: Sendable {
  /// `d`, the length of a row.
  var dimensions: Int { get }

  /// Fills `batch.scores`, and `batch.logDensities` where the batch asks for them.
  ///
  /// - Throws: whatever the model's own evaluation throws; the run ends and names the model.
  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) throws

  /// The number of atoms where rows are configurations without their centre of mass; nil for plain vectors.
  var atoms: Int? { get }
  /// True where `evaluate` can fill `batch.logDensities` with the exact `log q_t(x)`.
  var hasLogDensity: Bool { get }
  /// The levels `v` at which the model can be asked; nil for all that its process covers.
  var noiseLevels: ClosedRange<Double>? { get }
  /// The data's standard deviation per dimension, where it is known.
  var dataStandardDeviation: Double? { get }
  /// The model of the data as a mixture of Gaussians, where it is one; nil for networks. What has this is checked before a
  /// run for a finite integral, and after it against an independent estimate.
  var mixture: GaussianMixture? { get }
  /// Why a run with this model may not give the same bytes again, in a sentence without a full stop; nil where it does.
  var reproducibilityWarning: String? { get }
  /// How many rows a call is for.
  var batching: Batching { get }
  /// Floats of scratch memory that one evaluation of `rows` rows needs.
  func workspaceSize(rows: Int) -> Int
}

extension ScoreModel {
  /// No atoms: rows are plain vectors, unless a model says otherwise.
  public var atoms: Int? { nil }
  /// False unless a model says otherwise.
  public var hasLogDensity: Bool { false }
  /// No limits, unless a model says otherwise: it can be asked at every level of its process.
  public var noiseLevels: ClosedRange<Double>? { nil }
  /// An unknown spread, unless a model says otherwise.
  public var dataStandardDeviation: Double? { nil }
  /// No mixture, unless a model says otherwise.
  public var mixture: GaussianMixture? { nil }
  /// No warning, unless a model says otherwise: it gives the same bytes again.
  public var reproducibilityWarning: String? { nil }
  /// Blocks, unless a model says otherwise.
  public var batching: Batching { .blocks }
  /// No scratch memory, unless a model says otherwise.
  public func workspaceSize(rows: Int) -> Int { 0 }

  /// `D`: `d` for vectors, `3(n−1)` for `n` atoms without their centre of mass.
  public var intrinsicDimensions: Int { atoms.map { 3 * ($0 - 1) } ?? dimensions }
}

/// Rows, and where a model writes its answer. Valid only during the call that hands it over.
public struct ScoreBatch {
  /// Number of rows.
  public let count: Int
  /// Length of a row.
  public let dimensions: Int
  /// `x`, row-major `[count, dimensions]`.
  public let states: UnsafePointer<Float>
  /// `∇_x log q_t(x)`, row-major `[count, dimensions]`, to be written.
  public let scores: UnsafeMutablePointer<Float>
  /// `log q_t(x)` in nats, `[count]`, to be written where it is not nil.
  public let logDensities: UnsafeMutablePointer<Double>?
  /// Scratch of the size the model stated, of unspecified content.
  public let workspace: UnsafeMutableBufferPointer<Float>

  /// A batch of memory that must stay valid while it is in use.
  public init(
    count: Int, dimensions: Int, states: UnsafePointer<Float>, scores: UnsafeMutablePointer<Float>,
    logDensities: UnsafeMutablePointer<Double>? = nil,
    workspace: UnsafeMutableBufferPointer<Float> = .init(start: nil, count: 0)
  ) {
    self.count = count
    self.dimensions = dimensions
    self.states = states
    self.scores = scores
    self.logDensities = logDensities
    self.workspace = workspace
  }
}
