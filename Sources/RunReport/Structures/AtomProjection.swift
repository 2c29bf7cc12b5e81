import FeynmanKac

/// Atoms of one particle seen from the front, a little from above, those behind first.
struct AtomProjection {
  struct Sphere {
    let x: Double
    let y: Double
    /// 0 for what is nearest to the eye, 1 for what is farthest.
    let depth: Double
  }

  struct Bond {
    let from: Sphere
    let to: Sphere
    var depth: Double { 0.5 * (from.depth + to.depth) }
  }

  let spheres: [Sphere]
  /// Lines between atoms that are hardly farther apart than neighbours are.
  let bonds: [Bond]
  /// The usual distance of an atom from the nearest one, in the units of the data.
  let spacing: Double
  /// The farthest that an atom is from their middle to a side, in the units of the data.
  let reach: Double

  /// How many times as far as neighbours two atoms may be that a line joins.
  private static let bondLength = 1.3

  /// - Parameter coordinates: x, y and z of each atom; of two atoms at least.
  init(_ coordinates: some Collection<Float>) {
    let values = coordinates.map(Double.init)
    let count = values.count / 3
    let middle = (0..<3).map { axis in (0..<count).reduce(0) { $0 + values[3 * $1 + axis] } / Double(count) }
    let points = (0..<count).map { atom in
      Self.turned((0..<3).map { values[3 * atom + $0] - middle[$0] })
    }
    func distance(_ i: Int, _ j: Int) -> Double {
      zip(points[i], points[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
    let nearest = (0..<count).map { i in (0..<count).filter { $0 != i }.map { distance(i, $0) }.min()! }
    let spacing = nearest.sorted()[count / 2]
    let depths = points.map { $0[2] }
    let (back, front) = (depths.min()!, depths.max()!)
    let spheres = points.map { point in
      Sphere(x: point[0], y: point[1], depth: front > back ? (front - point[2]) / (front - back) : 0)
    }
    bonds = (0..<count).flatMap { i in
      (i + 1..<count).filter { distance(i, $0) <= Self.bondLength * spacing }.map {
        Bond(from: spheres[i], to: spheres[$0])
      }
    }
    self.spheres = spheres
    self.spacing = spacing
    reach = points.map { max(abs($0[0]), abs($0[1])) }.max()!
  }

  /// Turned about the upright axis by 30 degrees, then towards the eye by 20.
  private static func turned(_ point: [Double]) -> [Double] {
    let (cosine, sine) = (0.8660254037844386, 0.5)
    let (x, z) = (cosine * point[0] + sine * point[2], cosine * point[2] - sine * point[0])
    let (upright, tilt) = (0.9396926207859084, 0.3420201433256687)
    return [x, upright * point[1] - tilt * z, upright * z + tilt * point[1]]
  }
}
