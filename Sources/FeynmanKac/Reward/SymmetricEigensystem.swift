internal import CGSL

/// Eigenvalues and eigenvectors of a small symmetric matrix, by GSL.
struct SymmetricEigensystem {
  /// The eigenvalues, in no particular order.
  let values: [Double]
  /// One unit vector for each value.
  let vectors: [[Double]]

  /// - Parameter matrix: Symmetric and finite, `[n][n]`, not empty.
  /// - Returns: Nil without memory or convergence.
  init?(_ matrix: [[Double]]) {
    let size = matrix.count
    var elements = matrix.flatMap { $0 }
    var values = [Double](repeating: 0, count: size)
    var vectors = [Double](repeating: 0, count: size * size)
    guard fk_symmetric_eigensystem(size, &elements, &values, &vectors) == 0 else { return nil }
    self.values = values
    self.vectors = (0..<size).map { Array(vectors[$0 * size..<($0 + 1) * size]) }
  }
}
