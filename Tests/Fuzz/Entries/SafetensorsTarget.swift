import FeynmanKac
import ScoreNetworks

extension FuzzTarget {
  /// A safetensors file: its tensors, then the network of scores or of regression that it describes.
  static let safetensors = FuzzTarget("safetensors") { bytes in
    let contents = try SafetensorsFile(bytes: bytes, file: "network.safetensors")
    for tensor in contents.tensors {
      guard let values = try? contents.floats(tensor.name) else { continue }
      precondition(values.count == tensor.shape.reduce(1, *), "\(tensor) has \(values.count) numbers")
    }
    _ = try? RegressionNetwork(contents)
    let file = try NetworkFile(contents)
    let network = try file.network()
    precondition(network.dimensions > 0, "\(file.settings) are of no dimensions")
  }
}
