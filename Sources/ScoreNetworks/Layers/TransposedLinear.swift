internal import COpenBLAS

/// `Wᵀ δ` of a batch of rows: the way back through a linear map.
struct TransposedLinear: Sendable {
  private let inputs: Int
  private let outputs: Int
  /// `Wᵀ`, `[inputs, outputs]`.
  private let weights: Weights

  /// A copy of a map's numbers in the other order.
  init(_ linear: Linear) {
    inputs = linear.inputs
    outputs = linear.outputs
    var transposed = [Float](repeating: 0, count: inputs * outputs)
    for row in 0..<outputs {
      for column in 0..<inputs {
        transposed[column * outputs + row] = linear.weights.values[row * inputs + column]
      }
    }
    weights = Weights(transposed)
  }

  /// - Parameters:
  ///   - values: `δ`, `[rows, outputs]`.
  ///   - results: `[rows, inputs]`.
  func apply(rows: Int, _ values: UnsafePointer<Float>, to results: UnsafeMutablePointer<Float>) {
    fk_multiply_transposed(
      CInt(rows), CInt(inputs), CInt(outputs), values, CInt(outputs), weights.values, CInt(outputs), 0,
      results, CInt(inputs))
  }
}
