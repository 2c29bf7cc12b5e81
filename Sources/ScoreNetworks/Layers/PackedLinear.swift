internal import CKernels
import FeynmanKac

/// `y = activation(W x + b)` with `W`, or some columns of it, laid out once as the kernel reads it.
struct PackedLinear: Sendable {
  let inputs: Int
  let outputs: Int
  private let packed: Weights
  private let bias: Weights?

  /// - Parameter columns: The inputs to take; nil for all.
  init(_ linear: Linear, columns: Range<Int>? = nil) {
    let columns = columns ?? 0..<linear.inputs
    inputs = columns.count
    outputs = linear.outputs
    bias = linear.bias
    packed = Weights([Float](repeating: 0, count: fk_packed_size(inputs, outputs)))
    fk_pack_weights(
      inputs, outputs, linear.weights.values + columns.lowerBound, linear.inputs, packed.values)
  }

  /// What is added to the products before the activation.
  enum Shift {
    /// `b`.
    case own
    case none
    /// `[outputs]`, in the place of `b`.
    case given(UnsafePointer<Float>)
  }

  /// `results = activation(W x + shift)`, or `activation(results + W x + shift)` where `adding`.
  ///
  /// - Parameters:
  ///   - values: `x`, `[rows, inputs]`.
  ///   - activation: Nil for the identity.
  ///   - results: `[rows, outputs]`; must not overlap the values.
  func apply(
    rows: Int, _ values: UnsafePointer<Float>, shift: Shift = .own, adding: Bool = false,
    activation: Activation? = nil, to results: UnsafeMutablePointer<Float>
  ) {
    let bias: UnsafePointer<Float>? =
      switch shift {
      case .own: self.bias.map { UnsafePointer($0.values) }
      case .none: nil
      case .given(let other): other
      }
    fk_multiply_packed(
      rows, inputs, outputs, values, packed.values, bias, adding ? 1 : 0,
      activation?.kernel ?? Activation.identityKernel, results)
  }
}
