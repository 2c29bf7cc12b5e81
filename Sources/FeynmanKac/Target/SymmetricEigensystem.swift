/// Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations.
///
/// - Source: Golub & Van Loan 2013, *Matrix Computations*, §8.5.
struct SymmetricEigensystem {
  /// In no particular order.
  let values: [Double]
  /// One unit vector for each value.
  let vectors: [[Double]]

  /// - Parameter matrix: Symmetric and finite, `[n][n]`. Takes O(n³) a sweep, of which there are about ten.
  init(_ matrix: [[Double]]) {
    let size = matrix.count
    var a = matrix
    var v = (0..<size).map { row in (0..<size).map { row == $0 ? 1.0 : 0 } }
    let scale = a.joined().reduce(0) { $0 + $1 * $1 }
    for _ in 0..<60 {
      var rest = 0.0
      for p in 0..<size { for q in p + 1..<max(size, p + 1) { rest += a[p][q] * a[p][q] } }
      if rest <= 1e-30 * scale { break }
      for p in 0..<size {
        for q in p + 1..<max(size, p + 1) where a[p][q] != 0 {
          // The smaller of the two angles that make a[p][q] vanish.
          let cotangent = (a[q][q] - a[p][p]) / (2 * a[p][q])
          let tangent = (cotangent < 0 ? -1 : 1) / (abs(cotangent) + (1 + cotangent * cotangent).squareRoot())
          let cosine = 1 / (1 + tangent * tangent).squareRoot()
          let sine = tangent * cosine
          for k in 0..<size {
            let (left, right) = (a[k][p], a[k][q])
            a[k][p] = cosine * left - sine * right
            a[k][q] = sine * left + cosine * right
          }
          for k in 0..<size {
            let (left, right) = (a[p][k], a[q][k])
            a[p][k] = cosine * left - sine * right
            a[q][k] = sine * left + cosine * right
            let (first, second) = (v[p][k], v[q][k])
            v[p][k] = cosine * first - sine * second
            v[q][k] = sine * first + cosine * second
          }
        }
      }
    }
    values = (0..<size).map { a[$0][$0] }
    vectors = v
  }
}
