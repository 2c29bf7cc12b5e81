internal import CKernels
import Libc

/// A mixture of Gaussians with diagonal covariances: a model whose noised score and density are exact everywhere.
///
/// It describes the data; at a noise point its components have means `α μ` and variances `α² s² + σ²`. A mixture
/// of one component is a Gaussian.
public struct GaussianMixture: ScoreModel {
  /// `μ`, `[components][dimensions]`, in data units.
  public let means: [[Double]]
  /// Positive, summing to 1; `[components]`.
  public let weights: [Double]
  /// `s`, `[components][dimensions]`, in data units.
  public let standardDeviations: [[Double]]
  /// `d`, the length of a row.
  public let dimensions: Int

  private let flatMeans: [Double]
  private let flatVariances: [Double]
  private let logWeights: [Double]
  /// One precision for each component suffices where no component's spread depends on the direction.
  private let isIsotropic: Bool

  /// - Throws: `SetupError` naming `means`, `weights` or `standardDeviations` where they are empty, ragged, not
  ///   finite, not positive, or where the weights do not sum to 1 within 1e-6.
  public init(means: [[Double]], weights: [Double], standardDeviations: [[Double]]) throws {
    try Self.check(means: means, weights: weights, standardDeviations: standardDeviations)
    let total = weights.reduce(0, +)
    self.means = means
    self.weights = weights.map { $0 / total }
    self.standardDeviations = standardDeviations
    dimensions = means[0].count
    flatMeans = means.flatMap { $0 }
    flatVariances = standardDeviations.flatMap { $0.map { $0 * $0 } }
    logWeights = self.weights.map { log($0) }
    isIsotropic = standardDeviations.allSatisfy { row in row.allSatisfy { $0 == row[0] } }
  }

  /// A mixture whose components all have the standard deviation `s` in every direction.
  public init(means: [[Double]], weights: [Double], standardDeviation: Double) throws {
    try self.init(
      means: means, weights: weights,
      standardDeviations: means.map { Array(repeating: standardDeviation, count: $0.count) })
  }

  /// One Gaussian; `mean` and `standardDeviations` have length `d`.
  public static func gaussian(mean: [Double], standardDeviations: [Double]) throws -> GaussianMixture {
    try GaussianMixture(means: [mean], weights: [1], standardDeviations: [standardDeviations])
  }

  private static func check(means: [[Double]], weights: [Double], standardDeviations: [[Double]]) throws {
    guard let width = means.first?.count, width > 0 else {
      throw SetupError("means", "empty; give at least one component of at least one dimension")
    }
    for (index, row) in means.enumerated() where row.count != width {
      throw SetupError("means", "row \(index + 1) has \(row.count) entries; row 1 has \(width)")
    }
    guard weights.count == means.count else {
      throw SetupError("weights", "\(weights.count) entries; there are \(means.count) means")
    }
    guard standardDeviations.count == means.count else {
      throw SetupError(
        "standardDeviations", "\(standardDeviations.count) rows; there are \(means.count) means")
    }
    for (index, row) in standardDeviations.enumerated() where row.count != width {
      throw SetupError(
        "standardDeviations", "row \(index + 1) has \(row.count) entries; the means have \(width)")
    }
    for value in means.joined() where !value.isFinite {
      throw SetupError("means", "\(value); give finite numbers")
    }
    for value in weights where !(value > 0 && value.isFinite) {
      throw SetupError("weights", "\(value); give positive numbers that sum to 1")
    }
    for value in standardDeviations.joined() where !(value > 0 && value.isFinite) {
      throw SetupError("standardDeviations", "\(value); give positive numbers")
    }
    let total = weights.reduce(0, +)
    guard abs(total - 1) <= 1e-6 else {
      throw SetupError("weights", "sum to \(total); give positive numbers that sum to 1 within 1e-6")
    }
  }

  // MARK: - ScoreModel

  /// True: the density of a noised mixture is known at every level.
  public var hasLogDensity: Bool { true }
  /// The mixture itself.
  public var mixture: GaussianMixture? { self }
  /// Every level, from 0 on.
  public var noiseLevels: ClosedRange<Double>? { 0...Double.infinity }

  /// Floats for the noised components, whatever the number of rows.
  public func workspaceSize(rows: Int) -> Int {
    2 * weights.count + 2 * flatMeans.count + fk_mixture_workspace(dimensions, weights.count)
  }

  /// Writes the exact scores of the noised mixture and, where they are asked for, its log densities in nats.
  public func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
    let components = weights.count
    // Doubles first, so that they are aligned.
    let base = UnsafeMutableRawPointer(batch.workspace.baseAddress!)
    let logConstants = base.bindMemory(to: Double.self, capacity: components)
    let scaledMeans = (base + 8 * components).bindMemory(to: Float.self, capacity: 2 * flatMeans.count)
    let precisions = scaledMeans + flatMeans.count
    let scratch = precisions + flatMeans.count

    for index in flatMeans.indices { scaledMeans[index] = Float(point.signal * flatMeans[index]) }
    let signal = point.signal * point.signal
    let noise = point.noise * point.noise
    let halfLogTwoPi = 0.5 * log(2 * Double.pi)
    // Components are often alike, and forty logarithms are a tenth of the work on a block.
    var (lastVariance, lastLogarithm) = (1.0, 0.0)
    for component in 0..<components {
      var logConstant = logWeights[component]
      if isIsotropic {
        let variance = signal * flatVariances[component * dimensions] + noise
        precisions[component] = Float(1 / variance)
        if variance != lastVariance { (lastVariance, lastLogarithm) = (variance, log(variance)) }
        logConstant -= Double(dimensions) * (halfLogTwoPi + 0.5 * lastLogarithm)
      } else {
        for index in component * dimensions..<(component + 1) * dimensions {
          let variance = signal * flatVariances[index] + noise
          precisions[index] = Float(1 / variance)
          logConstant -= halfLogTwoPi + 0.5 * log(variance)
        }
      }
      logConstants[component] = logConstant
    }
    fk_mixture_scores(
      batch.count, dimensions, components, batch.states, scaledMeans, precisions, isIsotropic ? 1 : 0,
      logConstants, batch.scores, batch.logDensities, scratch)
  }
}
