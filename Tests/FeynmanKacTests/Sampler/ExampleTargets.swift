import FeynmanKac
import Foundation
import Synchronization

/// Small asymmetric targets for tests of the engine.
enum ExampleTargets {
  static let mixture = try! GaussianMixture(
    means: [[-2, 0.5], [1.5, -1], [0.2, 2]], weights: [0.2, 0.5, 0.3],
    standardDeviations: [[0.5, 0.9], [0.7, 0.4], [0.6, 0.6]])
  static let other = try! GaussianMixture(
    means: [[0.5, 0.3], [1, -0.5]], weights: [0.6, 0.4], standardDeviation: 1.1)

  /// With constant exponents and radial control, under which few particles resample often; nothing goes along beside the run.
  static func sampler(_ target: Target? = nil, steps: Int = 40) -> Sampler {
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.02, sigmaMax: 20),
      target: target ?? .annealed(mixture, inverseTemperature: 2.5), steps: steps)
    sampler.target.path = .constant
    sampler.control = .radial
    sampler.stepSizeError = .none
    return sampler
  }
}

/// A model that hides what an analytic one knows, as a network would.
struct ScoreOnly: ScoreModel {
  let model: GaussianMixture
  var dimensions: Int { model.dimensions }
  var dataStandardDeviation: Double? = nil
  var noiseLevels: ClosedRange<Double>? = nil

  func workspaceSize(rows: Int) -> Int { model.workspaceSize(rows: rows) }
  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) { model.evaluate(batch, at: point) }
}

/// The same, which counts the rows that it is asked for.
struct CountedScores: ScoreModel {
  final class Count: Sendable {
    private let sum = Mutex(0)
    var rows: Int { sum.withLock { $0 } }
    func add(_ rows: Int) { sum.withLock { $0 += rows } }
  }

  let model: GaussianMixture
  let count: Count
  var dimensions: Int { model.dimensions }

  func workspaceSize(rows: Int) -> Int { model.workspaceSize(rows: rows) }
  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
    count.add(batch.count)
    model.evaluate(batch, at: point)
  }
}

/// Several models that one closure answers for.
struct TestStack: StackedModel {
  let count: Int
  let answer: @Sendable (ScoreBatch, NoisePoint) -> Void

  func workspaceSize(rows: Int) -> Int { 0 }
  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) { answer(batch, point) }
}

/// A model that fails in a chosen way at a chosen time.
struct FaultyModel: ScoreModel {
  enum Fault { case notANumber, infinite, throwing }
  struct Broken: Error, CustomStringConvertible { let description = "the worker died" }

  let fault: Fault
  let below: Double
  var dimensions: Int { 2 }

  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) throws {
    for i in 0..<batch.count * 2 { batch.scores[i] = -batch.states[i] / Float(1 + point.level) }
    guard point.time < below else { return }
    switch fault {
    case .notANumber: batch.scores[min(7, 2 * batch.count - 1)] = .nan
    case .infinite: batch.scores[2 * batch.count - 1] = .infinity
    case .throwing: throw Broken()
    }
  }
}
