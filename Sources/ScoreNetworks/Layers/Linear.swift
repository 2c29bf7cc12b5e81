internal import CKernels
internal import COpenBLAS
import FeynmanKac

/// `y = W x + b` of a batch of rows, or of some columns of `W`.
struct Linear: Sendable {
  let inputs: Int
  let outputs: Int
  /// `W`, `[outputs, inputs]`.
  let weights: Weights
  /// `b`, `[outputs]`.
  let bias: Weights?

  /// Takes the tensors `name.weight` and, where it has one, `name.bias`.
  init(
    _ tensors: NetworkTensors, _ name: String, inputs: Int, outputs: Int, hasBias: Bool = true
  ) throws(FileError) {
    self.inputs = inputs
    self.outputs = outputs
    weights = Weights(try tensors.values("\(name).weight", shape: [outputs, inputs]))
    bias = hasBias ? Weights(try tensors.values("\(name).bias", shape: [outputs])) : nil
  }

  /// `results = W x`, or `results += W x`, without the bias.
  ///
  /// - Parameters:
  ///   - columns: The part of the inputs that the rows hold; nil for all.
  ///   - rows: How many rows.
  ///   - values: `x`, `[rows, columns.count]`.
  ///   - results: `[rows, outputs]`.
  func multiply(
    columns: Range<Int>? = nil, rows: Int, _ values: UnsafePointer<Float>, adding: Bool = false,
    to results: UnsafeMutablePointer<Float>
  ) {
    let columns = columns ?? 0..<inputs
    fk_multiply_transposed(
      CInt(rows), CInt(outputs), CInt(columns.count), values, CInt(columns.count),
      weights.values + columns.lowerBound, CInt(inputs), adding ? 1 : 0, results, CInt(outputs))
  }

  /// `results = W x + b`.
  func apply(
    columns: Range<Int>? = nil, rows: Int, _ values: UnsafePointer<Float>,
    to results: UnsafeMutablePointer<Float>
  ) {
    multiply(columns: columns, rows: rows, values, to: results)
    if let bias { fk_activate(Activation.identityKernel, rows, outputs, bias.values, results) }
  }
}
