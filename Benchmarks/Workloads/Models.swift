import FeynmanKac
import Foundation
import ScoreNetworks

/// The models that workloads ask, from files of the repository.
enum Models {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func gmm40() throws -> GaussianMixture {
    try GaussianMixture(file: root.appendingPathComponent("Experiments/gmm40/gmm40.json").path)
  }

  /// Forty components in any number of dimensions.
  static func mixture(dimensions: Int) throws -> GaussianMixture {
    try GaussianMixture(
      means: (0..<40).map { k in (0..<dimensions).map { 40 * spread(k * dimensions + $0) } },
      weights: Array(repeating: 1.0 / 40, count: 40), standardDeviation: 2.1)
  }

  /// Thirteen Lennard-Jones atoms' graph network.
  static func egnn() throws -> PretrainedModel { try network("Experiments/lj13/egnn.safetensors") }

  /// The perceptron 64→512→512→512→64 that `make bench-build` writes.
  static func perceptron() throws -> PretrainedModel { try network("Benchmarks/.cache/mlp.safetensors") }

  private static func network(_ path: String) throws -> PretrainedModel {
    let file = try NetworkFile(file: root.appendingPathComponent(path).path)
    return try PretrainedModel(file, network: file.network())
  }
}
