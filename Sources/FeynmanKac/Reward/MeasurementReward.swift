import Libc

/// A linear measurement with Gaussian noise, `r(x) = log N(b; A x, σ² I)`, so that a tilt by it is the posterior of `x`
/// given `b` and log Z the evidence `log p(b)`.
///
/// Around a denoised point it answers `log N(b; A x̂, σ² I + ρ² A Aᵀ)` (Song et al. 2023), which becomes the likelihood as
/// the noise goes. `A Aᵀ` is diagonalised once, so that an evaluation costs two products with `A`.
public struct MeasurementReward: Reward {
  /// `A`, `[measurements][d]`.
  public let matrix: [[Double]]
  /// `b`, `[measurements]`.
  public let observation: [Double]
  /// `σ`, in the observation's units.
  public let standardDeviation: Double
  /// What the likelihood is raised to, no unit.
  private var power = 1.0

  /// `Uᵀ A`, `[measurements, d]`, with the eigenvectors `U` of `A Aᵀ`.
  private let rows: [Double]
  /// `Uᵀ b`.
  private let rotated: [Double]
  /// Eigenvalues of `A Aᵀ`.
  private let eigenvalues: [Double]

  /// - Parameters:
  ///   - matrix: `A`, `[measurements][d]`.
  ///   - observation: `b`, `[measurements]`.
  ///   - standardDeviation: `σ > 0`, in the observation's units.
  /// - Throws: `SetupError` naming `matrix`, `observation` or `standardDeviation` where they are empty, ragged, not
  ///   finite, of other lengths than each other, or not positive.
  public init(matrix: [[Double]], observation: [Double], standardDeviation: Double) throws(SetupError) {
    guard let width = matrix.first?.count, width > 0 else {
      throw SetupError("matrix", "empty; give at least one row of at least one number")
    }
    for (index, row) in matrix.enumerated() where row.count != width {
      throw SetupError("matrix", "row \(index + 1) has \(row.count) entries; row 1 has \(width)")
    }
    for value in matrix.joined() where !value.isFinite {
      throw SetupError("matrix", "\(value); give finite numbers")
    }
    guard observation.count == matrix.count else {
      throw SetupError(
        "observation", "has length \(observation.count); the matrix has \(matrix.count) rows, give as many")
    }
    for value in observation where !value.isFinite {
      throw SetupError("observation", "\(value); give finite numbers")
    }
    guard standardDeviation > 0, standardDeviation.isFinite else {
      throw SetupError("standardDeviation", "\(standardDeviation); give a number above 0")
    }
    self.matrix = matrix
    self.observation = observation
    self.standardDeviation = standardDeviation
    let gram = matrix.map { left in matrix.map { right in zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } } }
    guard let eigen = SymmetricEigensystem(gram) else {
      throw SetupError(
        "matrix", "its singular values could not be found; look for rows of very different size")
    }
    eigenvalues = eigen.values.map { max($0, 0) }
    rotated = eigen.vectors.map { vector in zip(vector, observation).reduce(0) { $0 + $1.0 * $1.1 } }
    rows = eigen.vectors.flatMap { vector in
      (0..<width).map { column in
        vector.indices.reduce(0) { $0 + vector[$1] * matrix[$1][column] }
      }
    }
  }

  /// True: the gradient is exact.
  public var hasGradient: Bool { true }
  /// True: it is a formula.
  public var isClosedForm: Bool { true }
  /// `d`, the number of columns of `A`.
  public var dimensions: Int? { matrix[0].count }

  /// True: the expectation of `e^r` over a Gaussian is in closed form.
  public var widens: Bool { true }
  /// The likelihood to the power of the factor, a Gaussian again where that is above 0.
  public func scaled(by factor: Double) -> any Reward {
    guard factor > 0 else { return ScaledReward(reward: self, factor: factor) }
    var scaled = self
    scaled.power *= factor
    return scaled
  }

  /// Writes `log N(b; A x, σ² I + ρ² A Aᵀ)` in nats, and its gradient.
  public func evaluate(_ batch: RewardBatch) {
    let d = batch.dimensions
    batch.gradients.update(repeating: 0, count: batch.count * d)
    batch.values.update(repeating: 0, count: batch.count)
    let noise = standardDeviation * standardDeviation
    let own = noise / power
    // `log N(b; x, σ²)^f` less that of a Gaussian of variance `σ²/f`: exactly 0 at `f = 1`.
    let rest = 0.5 * log(2 * .pi * own) - 0.5 * power * log(2 * .pi * noise)
    rows.withUnsafeBufferPointer { rows in
      for (k, eigenvalue) in eigenvalues.enumerated() {
        let variance = own + batch.variance * eigenvalue
        let constant = -0.5 * log(2 * .pi * variance) + rest
        let row = rows.baseAddress! + k * d
        for particle in 0..<batch.count {
          let state = batch.states + particle * d
          let gradient = batch.gradients + particle * d
          var residual = rotated[k]
          for j in 0..<d { residual -= row[j] * Double(state[j]) }
          batch.values[particle] += constant - 0.5 * residual * residual / variance
          let slope = residual / variance
          for j in 0..<d { gradient[j] += Float(slope * row[j]) }
        }
      }
    }
  }
}
