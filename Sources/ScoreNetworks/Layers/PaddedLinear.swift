internal import CKernels
import FeynmanKac

/// `y = W x + b` for few inputs and outputs, whose number is filled up to whole vectors with zeros.
///
/// All activations are 0 at 0, so what is filled up stays 0 from layer to layer. The numbers belong to a `WeightStore`.
///
/// Unchecked: the numbers do not change.
struct PaddedLinear: @unchecked Sendable {
  /// The length of rows of values.
  let inputs: Int
  /// The length of rows of results, a multiple of 16.
  let outputs: Int
  /// The transpose of `W`, `[inputs, outputs]`.
  let weights: UnsafePointer<Float>
  /// `b`, `[outputs]`.
  let bias: UnsafePointer<Float>?

  /// Takes the tensors `name.weight`, `[outputs, inputs]`, and where it has one `name.bias`.
  ///
  /// - Parameter hasPaddedInputs: Whether rows of values are filled up as well.
  init(
    _ tensors: NetworkTensors, _ name: String, inputs: Int, outputs: Int, hasBias: Bool = true,
    hasPaddedInputs: Bool = true, in store: WeightStore
  ) throws(FileError) {
    let values = try tensors.values("\(name).weight", shape: [outputs, inputs])
    let bias = hasBias ? try tensors.values("\(name).bias", shape: [outputs]) : nil
    self.init(
      values, bias: bias, columns: 0..<inputs, of: inputs, hasPaddedInputs: hasPaddedInputs, in: store)
  }

  /// Some columns of `W`, `[outputs, columnCount]`.
  init(
    _ values: [Float], bias: [Float]?, columns: Range<Int>, of columnCount: Int, hasPaddedInputs: Bool = true,
    in store: WeightStore
  ) {
    let rows = values.count / columnCount
    inputs = hasPaddedInputs ? fk_padded(columns.count) : columns.count
    outputs = fk_padded(rows)
    var transposed = [Float](repeating: 0, count: inputs * outputs)
    for row in 0..<rows {
      for (input, column) in columns.enumerated() {
        transposed[input * outputs + row] = values[row * columnCount + column]
      }
    }
    weights = store.add(transposed)
    self.bias = bias.map { store.add($0 + [Float](repeating: 0, count: fk_padded(rows) - rows)) }
  }

  /// `results = activation(W x + b)`, or `activation(results + W x + b)` where `adding`.
  ///
  /// - Parameters:
  ///   - bias: Takes the place of `b`; nil for `b` itself.
  ///   - activation: A kernel's number.
  func apply(
    rows: Int, _ values: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil, adding: Bool = false,
    activation: CInt = Activation.identityKernel, to results: UnsafeMutablePointer<Float>
  ) {
    fk_dense(rows, inputs, outputs, values, weights, bias ?? self.bias, adding ? 1 : 0, activation, results)
  }
}
