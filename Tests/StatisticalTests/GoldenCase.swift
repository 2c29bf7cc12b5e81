import FeynmanKac
import Foundation

/// A target whose mean, variance, quantiles and log Z are known in closed form or by quadrature to 1e-10.
struct GoldenCase: Decodable, Sendable, CustomStringConvertible {
  struct Exact: Decodable, Sendable {
    let mean: [Double]
    let variance: [Double]
    let logNormalizer: Double
    let logNormalizerInitial: Double
    let logNormalizerInitialGaussian: Double
    let quantileLevels: [Double]?
    let quantiles: [Double]?
  }

  let name: String
  let dimensions: Int
  let exact: Exact
  private let process: Process
  private let models: [String: Model]
  private let target: Target

  var description: String { name }

  static let all: [GoldenCase] = {
    struct File: Decodable { let cases: [GoldenCase] }
    let url = Bundle.module.url(forResource: "cases", withExtension: "json")!
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try! decoder.decode(File.self, from: Data(contentsOf: url)).cases
  }()

  static func named(_ name: String) -> GoldenCase { all.first { $0.name == name }! }

  /// The engine's defaults on this case.
  /// - Parameter path: That of the exponents; the start's answers are those of constant ones.
  func sampler(steps: Int, path: ExponentPath = .constant) throws -> Sampler {
    var target = try FeynmanKac.Target(
      terms: target.logLinear.map { term in
        FeynmanKac.Target.Term(try model(term.model), name: term.model, exponent: term.exponent.schedule)
      })
    target.path = path
    if process.kind == "variance-exploding" {
      return Sampler(
        process: .varianceExploding(sigmaMin: process.sigmaMin!, sigmaMax: process.sigmaMax!),
        target: target,
        steps: steps)
    }
    return Sampler(
      process: .variancePreserving(.linear(betaMin: process.betaMin!, betaMax: process.betaMax!)),
      target: target, steps: steps)
  }

  func model(_ name: String) throws -> GaussianMixture {
    let model = models[name]!
    let means = model.means ?? [model.mean!]
    let spread = model.standardDeviations ?? model.standardDeviation!
    return try GaussianMixture(
      means: means, weights: model.weights ?? [1],
      standardDeviations: spread.rows(count: means.count, dimensions: means[0].count))
  }

  // MARK: - The file's own shapes

  private struct Process: Decodable {
    let kind: String
    let sigmaMin: Double?
    let sigmaMax: Double?
    let betaMin: Double?
    let betaMax: Double?
  }

  private struct Model: Decodable {
    let mean: [Double]?
    let means: [[Double]]?
    let weights: [Double]?
    let standardDeviation: Spread?
    let standardDeviations: Spread?
  }

  /// A number for all, one a component (or, of a single Gaussian, one a dimension), or one for each of both.
  private enum Spread: Decodable {
    case number(Double)
    case list([Double])
    case table([[Double]])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else if let values = try? container.decode([Double].self) {
        self = .list(values)
      } else {
        self = .table(try container.decode([[Double]].self))
      }
    }

    func rows(count: Int, dimensions: Int) -> [[Double]] {
      switch self {
      case .number(let value): Array(repeating: Array(repeating: value, count: dimensions), count: count)
      case .list(let values) where count == 1: [values]
      case .list(let values): values.map { Array(repeating: $0, count: dimensions) }
      case .table(let rows): rows
      }
    }
  }

  private struct Target: Decodable {
    struct Term: Decodable {
      let model: String
      let exponent: Exponent
    }
    let logLinear: [Term]
  }

  private struct Exponent: Decodable {
    struct Moving: Decodable {
      let from: Double
      let to: Double
    }
    let schedule: Schedule

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Double.self) {
        schedule = .constant(value)
      } else {
        let moving = try container.decode(Moving.self)
        schedule = Schedule(from: moving.from, to: moving.to)
      }
    }
  }
}
