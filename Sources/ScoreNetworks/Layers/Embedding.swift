import FeynmanKac
import Libc

/// The vector `g` that tells a network of the noise and of its condition: one for each condition of a batch, since all
/// its rows have the same noise.
struct Embedding: Sendable {
  let settings: EmbeddingSettings
  /// `[time features / 2]`, of the Fourier features.
  private let frequencies: [Double]
  /// `[classes + 1, condition features]`; the last row stands for no label.
  private let labels: Weights?
  private let condition: Linear?
  /// The features of no condition.
  private let null: Weights?
  private let layers: (first: Linear, second: Linear)?

  init(_ tensors: NetworkTensors, _ settings: EmbeddingSettings) throws(FileError) {
    self.settings = settings
    let features = settings.conditionFeatures
    let half = settings.timeFeatures / 2
    switch settings.timeEmbedding {
    case .logNoise: frequencies = []
    case .sinusoidal:
      frequencies = (0..<half).map { exp(-log(settings.maximumPeriod) * Double($0) / Double(half)) }
    case .fourier:
      let stated = try tensors.values("embedding.frequencies", shape: [half])
      frequencies = stated.map { 2 * Double.pi * Double($0) }
    }
    labels =
      settings.classes > 0
      ? Weights(try tensors.values("embedding.labels.weight", shape: [settings.classes + 1, features])) : nil
    let isVector = settings.conditionDimensions > 0
    condition =
      isVector
      ? try Linear(tensors, "embedding.condition", inputs: settings.conditionDimensions, outputs: features)
      : nil
    null = isVector ? Weights(try tensors.values("embedding.null", shape: [features])) : nil
    let width = settings.embeddingWidth
    layers =
      width > 0
      ? (
        try Linear(tensors, "embedding.linear1", inputs: settings.features, outputs: width),
        try Linear(tensors, "embedding.linear2", inputs: width, outputs: width)
      ) : nil
  }

  /// The length of `g`.
  var width: Int { settings.width }

  /// Floats of scratch memory for `conditions` conditions.
  func workspaceSize(conditions: Int) -> Int {
    conditions * (settings.features + settings.embeddingWidth) + settings.conditionDimensions
  }

  /// Writes `g`, `[conditions.count, width]`.
  func write(
    _ conditions: [Condition], at point: NoisePoint, to results: UnsafeMutablePointer<Float>,
    workspace: UnsafeMutablePointer<Float>
  ) {
    let length = settings.features
    let features = layers == nil ? results : workspace
    let rest = workspace + conditions.count * length
    for (part, condition) in conditions.enumerated() {
      let row = features + part * length
      writeTime(point, to: row)
      write(condition, to: row + settings.timeFeatures, workspace: rest)
    }
    guard let layers else { return }
    layers.first.multiply(rows: conditions.count, features, to: rest)
    settings.activation.apply(
      rows: conditions.count, width: layers.first.outputs, bias: layers.first.bias?.values, rest)
    layers.second.apply(rows: conditions.count, rest, to: results)
  }

  // In double, because phases are large.
  private func writeTime(_ point: NoisePoint, to row: UnsafeMutablePointer<Float>) {
    guard settings.timeEmbedding != .logNoise else {
      row[0] = Float(0.25 * log(point.noise / point.signal))
      return
    }
    let scalar = settings.noiseInput.value(at: point, timesteps: settings.timesteps)
    for (index, frequency) in frequencies.enumerated() {
      row[index] = Float(sin(scalar * frequency))
      row[frequencies.count + index] = Float(cos(scalar * frequency))
    }
  }

  private func write(
    _ asked: Condition, to row: UnsafeMutablePointer<Float>, workspace: UnsafeMutablePointer<Float>
  ) {
    let count = settings.conditionFeatures
    switch asked {
    case .label(let label): row.update(from: labels!.values + label * count, count: count)
    case .vector(let values):
      for (index, value) in values.enumerated() { workspace[index] = value }
      condition!.apply(rows: 1, workspace, to: row)
    case .none:
      if let labels {
        row.update(from: labels.values + settings.classes * count, count: count)
      } else if let null {
        row.update(from: null.values, count: count)
      }
    }
  }
}
