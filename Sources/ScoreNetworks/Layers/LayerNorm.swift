internal import CKernels
import FeynmanKac

/// Rows moved and scaled to mean 0 and variance 1, then multiplied and moved by learned numbers.
struct LayerNorm: Sendable {
  let width: Int
  let gain: Weights
  let bias: Weights

  /// Takes the tensors `name.weight` and `name.bias`.
  init(_ tensors: NetworkTensors, _ name: String, width: Int) throws(FileError) {
    self.width = width
    gain = Weights(try tensors.values("\(name).weight", shape: [width]))
    bias = Weights(try tensors.values("\(name).bias", shape: [width]))
  }

  /// `results` may be `values`.
  func apply(rows: Int, _ values: UnsafePointer<Float>, to results: UnsafeMutablePointer<Float>) {
    fk_layer_norm(rows, width, gain.values, bias.values, values, results)
  }
}
