import Libc

/// Gaussians with diagonal covariances side by side, for densities at many points.
struct GaussianTable: Sendable {
  let count: Int
  let dimensions: Int
  /// `[count, d]` each.
  private let means: [Double]
  private let inverseDeviations: [Double]
  /// `−Σ log s − ½d log 2π`, `[count]`.
  private let logConstants: [Double]

  /// - Parameter places: At least one, all of one dimension.
  init(_ places: [GaussianMass]) {
    count = places.count
    dimensions = places[0].mean.count
    means = places.flatMap(\.mean)
    inverseDeviations = places.flatMap { $0.deviation.map { 1 / $0 } }
    let halfLog = 0.5 * Double(dimensions) * log(2 * .pi)
    logConstants = places.map { place in -place.deviation.reduce(0) { $0 + log($1) } - halfLog }
  }

  /// Writes the squared distance in standard deviations and `log N` of every Gaussian at a point.
  ///
  /// - Parameters:
  ///   - point: `[d]`.
  ///   - squares: `[count]`.
  ///   - logDensities: `[count]`.
  /// - Returns: The index of the highest density.
  @inline(__always)
  func evaluate(
    at point: UnsafePointer<Float>, squares: UnsafeMutablePointer<Double>,
    logDensities: UnsafeMutablePointer<Double>
  ) -> Int {
    means.withUnsafeBufferPointer { means in
      inverseDeviations.withUnsafeBufferPointer { inverses in
        logConstants.withUnsafeBufferPointer { constants in
          var best = (index: 0, logDensity: -Double.infinity)
          for index in 0..<count {
            var square = 0.0
            for j in 0..<dimensions {
              let z = (Double(point[j]) - means[index * dimensions + j]) * inverses[index * dimensions + j]
              square += z * z
            }
            squares[index] = square
            logDensities[index] = constants[index] - 0.5 * square
            if logDensities[index] > best.logDensity { best = (index, logDensities[index]) }
          }
          return best.index
        }
      }
    }
  }
}
