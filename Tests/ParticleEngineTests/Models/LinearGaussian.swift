import Foundation
import ParticleEngine

/// A linear-Gaussian state-space model, `x′ = a x + q ε` and `y = x + r η`, as a bootstrap filter.
final class LinearGaussian: ParticleModel {
  struct Parameters {
    var decay = 0.9
    var stateNoise = 0.5
    var observationNoise = 0.4
    /// The standard deviation of the start.
    var start = 1.0
  }

  let states: Column<Double>
  private let logWeights: Column<Double>
  private let normals: [ScratchColumn<Float>]
  private let streams: RandomStreams
  private let parameters: Parameters
  private let observations: [Double]

  init(
    _ population: Population, _ streams: RandomStreams, _ parameters: Parameters, observations: [Double]
  ) {
    states = population.table.particle("states", Double.self)
    normals = (0..<population.threads).map { population.table.step("normals of thread \($0)", Float.self) }
    logWeights = population.logWeights
    self.streams = streams
    self.parameters = parameters
    self.observations = observations
  }

  func makeWorker(thread: Int) -> ScratchColumn<Float> { normals[thread] }

  func begin(_ block: Block, _ normals: ScratchColumn<Float>) {
    move(block, to: 0, decay: 0, noise: parameters.start, normals[block])
  }

  func advance(_ block: Block, from step: Int, _ normals: ScratchColumn<Float>) {
    move(block, to: step + 1, decay: parameters.decay, noise: parameters.stateNoise, normals[block])
  }

  private func move(_ block: Block, to level: Int, decay: Double, noise: Double, _ normals: Rows<Float>) {
    streams.fillNormals(normals, block, level: level)
    let (x, logWeights) = (states[block], logWeights[block])
    let r = parameters.observationNoise
    for row in 0..<block.count {
      x[row] = decay * x[row] + noise * Double(normals[row])
      let residual = (observations[level] - x[row]) / r
      logWeights[row] -= 0.5 * residual * residual + log(r) + 0.5 * log(2 * .pi)
    }
  }
}

/// The same model exactly: the mean and variance of the state given the observations so far, and their log-likelihood.
struct KalmanFilter {
  private(set) var mean = 0.0
  private(set) var variance: Double
  private(set) var logLikelihood = 0.0
  private let parameters: LinearGaussian.Parameters

  init(_ parameters: LinearGaussian.Parameters, observing first: Double) {
    self.parameters = parameters
    variance = parameters.start * parameters.start
    observe(first)
  }

  mutating func predict() {
    mean *= parameters.decay
    variance =
      parameters.decay * parameters.decay * variance + parameters.stateNoise * parameters.stateNoise
  }

  mutating func observe(_ observation: Double) {
    let total = variance + parameters.observationNoise * parameters.observationNoise
    let residual = observation - mean
    logLikelihood -= 0.5 * (residual * residual / total + log(2 * .pi * total))
    let gain = variance / total
    mean += gain * residual
    variance *= 1 - gain
  }
}
