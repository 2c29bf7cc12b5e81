import FeynmanKac
import ScoreNetworks

/// A network that answers exactly as one trained without error on `N(mean, spread²)` would, whatever it was trained to
/// predict. A condition of one number moves the mean.
final class GaussianNetwork: Network {
  let prediction: Prediction
  let mean: [Double]
  let spread: Double

  init(_ prediction: Prediction, mean: [Double], spread: Double) {
    self.prediction = prediction
    self.mean = mean
    self.spread = spread
  }

  var dimensions: Int { mean.count }
  var conditioning: Conditioning { .vectors(dimensions: 1, optional: true) }
  func workspaceSize(rows: Int, conditions: Int) -> Int { 0 }

  func evaluate(_ batch: NetworkBatch, at point: NoisePoint) {
    for (part, condition) in batch.conditions.enumerated() {
      let shift = if case .vector(let values) = condition { Double(values[0]) } else { 0.0 }
      for i in 0..<batch.count * dimensions {
        batch.outputs[part * batch.count * dimensions + i] = Float(
          answer(Double(batch.states[i]), mean: mean[i % dimensions] + shift, at: point))
      }
    }
  }

  /// From the posterior means of `x₀` and `ε`, and so by another way than `Prediction`'s factors.
  private func answer(_ x: Double, mean: Double, at point: NoisePoint) -> Double {
    let (signal, noise) = (point.signal, point.noise)
    let variance = signal * signal * spread * spread + noise * noise
    let gap = x - signal * mean
    let clean = mean + signal * spread * spread / variance * gap
    let epsilon = noise / variance * gap
    switch prediction {
    case .score: return -gap / variance
    case .epsilon: return epsilon
    case .dataPoint: return clean
    case .v: return signal * epsilon - noise * clean
    case .velocity: return point.signalRate * clean + point.noiseRate * epsilon
    case .edm(let scale):
      let y = x / signal
      let level = noise / signal
      let total = level * level + scale * scale
      return (clean - scale * scale / total * y) / (level * scale / total.squareRoot())
    }
  }
}
