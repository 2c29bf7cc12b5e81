internal import CKernels

/// One step of a scheme whose coefficients differ from coordinate to coordinate.
struct CoordinateMoves {
  /// Coefficients of the state, the score, the reward's gradient and the point before, and the noise's deviation, `[5, d]`.
  private let values: UnsafeMutablePointer<Float>
  private let dimensions: Int

  init(_ dimensions: Int, in arena: Arena) {
    self.dimensions = dimensions
    values = arena.allocate(Float.self, 5 * dimensions)
  }

  /// What the kernel takes.
  var columns: fk_coordinates {
    fk_coordinates(
      state: values, score: values + dimensions, gradient: values + 2 * dimensions,
      history: values + 3 * dimensions, deviation: values + 4 * dimensions)
  }

  /// Takes the step of one coordinate.
  func set(_ coordinate: Int, _ move: Move) {
    let affine = move.affine
    values[coordinate] = Float(affine.state)
    values[dimensions + coordinate] = Float(affine.score)
    values[2 * dimensions + coordinate] = Float(affine.gradient)
    values[3 * dimensions + coordinate] = Float(affine.history)
    values[4 * dimensions + coordinate] = Float(affine.deviation)
  }
}
