/// Sums of a regression of a model's scores on the states at which it was asked: of each coordinate by itself, or, of atoms, which
/// may be turned around and have their centre of mass at 0, of all by one slope through 0.
struct ScoreRegression {
  private let dimensions: Int
  private let isPooled: Bool
  private var count = 0.0
  /// `Σz, Σs, Σz², Σzs, Σs²`, `[d][5]`.
  private var sums: [Double]

  /// - Parameter isPooled: One slope for all coordinates.
  init(dimensions: Int, isPooled: Bool) {
    self.dimensions = dimensions
    self.isPooled = isPooled
    sums = Array(repeating: 0, count: 5 * dimensions)
  }

  /// Adds rows of states and scores in the model's coordinates `x = α y`.
  ///
  /// - Parameters:
  ///   - signal: `α`.
  ///   - gaussian: The one that the states were drawn from, by which they are made standard.
  mutating func add(
    states: UnsafePointer<Float>, scores: UnsafePointer<Float>, rows: Int, signal: Double,
    mean: [Double], deviation: [Double]
  ) {
    let d = dimensions
    count += Double(rows)
    sums.withUnsafeMutableBufferPointer { sums in
      for row in 0..<rows {
        for j in 0..<d {
          let z = (Double(states[row * d + j]) / signal - mean[j]) / deviation[j]
          let s = Double(scores[row * d + j]) * signal
          sums[5 * j] += z
          sums[5 * j + 1] += s
          sums[5 * j + 2] += z * z
          sums[5 * j + 3] += z * s
          sums[5 * j + 4] += s * s
        }
      }
    }
  }

  /// Adds the sums of other rows.
  mutating func add(_ other: ScoreRegression) {
    count += other.count
    for index in sums.indices { sums[index] += other.sums[index] }
  }

  /// A straight line `s = slope · (z − zero)`.
  struct Line {
    let slope: Double
    let zero: Double
    /// `1 − R²`: what of the scores it does not explain.
    let residual: Double
  }

  /// The line of every coordinate, `[d]`.
  var lines: [Line] {
    if isPooled {
      var (zz, zs, ss) = (0.0, 0.0, 0.0)
      for j in 0..<dimensions {
        (zz, zs, ss) = (zz + sums[5 * j + 2], zs + sums[5 * j + 3], ss + sums[5 * j + 4])
      }
      return Array(repeating: Self.line(zz: zz, zs: zs, ss: ss, z: 0, s: 0), count: dimensions)
    }
    return (0..<dimensions).map { j in
      let (z, s) = (sums[5 * j] / count, sums[5 * j + 1] / count)
      return Self.line(
        zz: sums[5 * j + 2] / count - z * z, zs: sums[5 * j + 3] / count - z * s,
        ss: sums[5 * j + 4] / count - s * s, z: z, s: s)
    }
  }

  private static func line(zz: Double, zs: Double, ss: Double, z: Double, s: Double) -> Line {
    let slope = zs / zz
    return Line(slope: slope, zero: z - s / slope, residual: ss > 0 ? max(0, 1 - zs * zs / (zz * ss)) : 0)
  }
}
