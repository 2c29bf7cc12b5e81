import Foundation

/// A small network file, made by hand: `h = tanh(W₁ [x, g] + b₁)`, `F = W₂ h + b₂`.
struct NetworkFixture {
  var metadata: [String: String] = [
    "format": "feynman-kac-network/1", "architecture": "mlp", "prediction": "edm", "dimensions": "2",
    "width": "8", "depth": "1", "activation": "tanh", "input_scale": "unit-variance",
    "data_standard_deviation": "1.0", "classes": "3", "condition_features": "2",
    "minimum_noise_level": "1e-5", "maximum_noise_level": "3000",
  ]
  var tensors: [(name: String, shape: [Int])] = [
    ("embedding.labels.weight", [4, 2]), ("input.weight", [8, 5]), ("input.bias", [8]),
    ("output.weight", [2, 8]), ("output.bias", [2]),
  ]

  /// Safetensors, with numbers that look random and stay below ½.
  var bytes: Data {
    var header: [String: Any] = ["__metadata__": metadata]
    var values: [Float] = []
    for (name, shape) in tensors {
      let start = 4 * values.count
      for _ in 0..<shape.reduce(1, *) {
        values.append(Float((values.count * 7919 + 13) % 101) / 202 - 0.25)
      }
      header[name] = ["dtype": "F32", "shape": shape, "data_offsets": [start, 4 * values.count]]
    }
    let text = try! JSONSerialization.data(withJSONObject: header, options: [.sortedKeys])
    var bytes = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
    bytes += text
    values.withUnsafeBytes { bytes += Data($0) }
    return bytes
  }
}
