import FeynmanKac
import Foundation
import Synchronization
import Testing

/// What was asked of one "network".
private final class Calls: Sendable {
  private let list = Mutex([(level: Double, rows: Int)]())
  func add(_ level: Double, rows: Int) { list.withLock { $0.append((level, rows)) } }
  var rows: Int { list.withLock { $0.reduce(0) { $0 + $1.rows } } }
  /// The calls that are not those of the start's check, by their rows.
  func sizes(except checked: Int) -> [Int] { list.withLock { $0.map(\.rows).filter { $0 != checked } } }
}

/// A model that answers row by row, so that batches of other sizes have the same answers to the bit.
private struct CurvedModel: StackableModel {
  let mean: Float
  let calls: Calls
  let batching: Batching
  var hasLogDensity = false
  /// Models that fade differ where there is noise, and agree near the data.
  var fades = false
  let dimensions = 3

  /// Not the gradient of the density that it states: where its answers come from is no matter here.
  func fill(_ batch: ScoreBatch, at point: NoisePoint, part: Int) {
    let variance = Float(0.3 * point.signal * point.signal + point.noise * point.noise)
    let scores = batch.scores + part * batch.count * dimensions
    let shift = Float(point.signal) * mean * (fades ? 12 * Float(pow(point.noise, 4)) : 1)
    for row in 0..<batch.count {
      var sum = 0.0
      for j in 0..<dimensions {
        let x = batch.states[row * dimensions + j]
        let distance = shift * Float(1 + j) - x
        scores[row * dimensions + j] = (distance + 0.2 * sin(3 * x)) / variance
        sum -= Double(distance * distance)
      }
      batch.logDensities?[row] = 0.5 * sum / Double(variance)
    }
  }

  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
    calls.add(point.level, rows: batch.count)
    fill(batch, at: point, part: 0)
  }

  func canStack(with other: any StackableModel) -> Bool { (other as? CurvedModel)?.calls === calls }
  func stacked(with others: [any StackableModel]) -> any StackedModel {
    let models = [self] + others.map { $0 as! CurvedModel }
    return TestStack(count: models.count) { batch, point in
      calls.add(point.level, rows: batch.count * models.count)
      for (part, model) in models.enumerated() { model.fill(batch, at: point, part: part) }
    }
  }
}

/// A way of sampling that keeps something between two times that models are asked.
struct BatchedCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  var isAligned: Bool { testDescription == "aligned guidance" }
  let make: @Sendable (Batching) -> (sampler: Sampler, rows: @Sendable () -> Int)

  fileprivate init(
    _ name: String, hasLogDensity: Bool = false, shared: Bool = true, fades: Bool = false,
    target: @escaping @Sendable (any ScoreModel, any ScoreModel) -> Target,
    change: @escaping @Sendable (inout Sampler) -> Void = { _ in }
  ) {
    testDescription = name
    make = { batching in
      let calls = Calls()
      let others = shared ? calls : Calls()
      let first = CurvedModel(
        mean: 0.4, calls: calls, batching: batching, hasLogDensity: hasLogDensity, fades: fades)
      let second = CurvedModel(
        mean: -0.3, calls: others, batching: shared ? batching : .blocks, hasLogDensity: hasLogDensity,
        fades: fades)
      // x = α y with α below 1, so that what is asked is not what is stored.
      var sampler = Sampler(process: .variancePreserving(), target: target(first, second), steps: 12)
      sampler.startTime = 0.9
      sampler.endTime = 0.02
      change(&sampler)
      return (sampler, { calls.rows + (shared ? 0 : others.rows) })
    }
  }

  private static func product(_ first: any ScoreModel, _ second: any ScoreModel) -> Target {
    .product([.init(first, name: "a", exponent: 0.7), .init(second, name: "b", exponent: 0.6)])
  }

  static let all: [BatchedCase] = [
    .init("product", target: product),
    .init("product of a batched model and one of blocks", shared: false, target: product),
    .init(
      "moving exponents",
      target: { a, b in
        .product([
          .init(a, name: "a", exponent: Schedule(from: 1, to: 0.4)), .init(b, name: "b", exponent: 0.6),
        ])
      }),
    .init(
      "moving exponents with log densities", hasLogDensity: true,
      target: { a, b in
        .product([
          .init(a, name: "a", exponent: Schedule(from: 1, to: 0.4)), .init(b, name: "b", exponent: 0.6),
        ])
      }),
    .init(
      "late exponents, a reward carried back",
      target: { a, b in
        var target = Target.guided(unconditional: a, conditional: b, scale: 3)
        target.path = .late(below: 1)
        target.reward = QuadraticReward(center: [0.2, 0.1, -0.4], precision: [1, 2, 0.5])
        target.rewardPoint = .denoised(jacobian: .finiteDifference)
        return target
      }),
    .init("heun", target: product) { $0.scheme = .heun },
    .init("euler-maruyama", target: product) { $0.scheme = .eulerMaruyama },
    .init("kernel-ratio", target: product) {
      $0.correction = .kernelRatio
      $0.control = .none
    },
    .init("density-ratio", hasLogDensity: true, target: product) { $0.correction = .densityRatio },
    .init("linear control", target: product) { $0.control = .linear },
    .init("moves that may be refused", hasLogDensity: true, target: product) {
      $0.rejuvenation = .metropolis(moves: 2)
    },
    .init(
      "moves with a reward carried back",
      target: { a, b in
        var target = product(a, b)
        target.reward = QuadraticReward(center: [0.2, 0.1, -0.4], precision: [1, 2, 0.5])
        target.rewardPoint = .denoised(jacobian: .finiteDifference)
        return target
      }, change: { $0.rejuvenation = .langevin(moves: 2) }),
    .init("doubling", target: product) { $0.stepSizeError = .doubling() },
    .init(
      "reward carried back",
      target: { a, b in
        var target = product(a, b)
        target.reward = QuadraticReward(center: [0.2, 0.1, -0.4], precision: [1, 2, 0.5])
        target.rewardPoint = .denoised(jacobian: .finiteDifference)
        return target
      }),
    .init(
      "reward at the state",
      target: { a, b in
        var target = product(a, b)
        target.reward = QuadraticReward(center: [0.2, 0.1, -0.4], precision: [0.2, 0.1, 0.1])
        return target
      }, change: { $0.scheme = .heun }),
    .init(
      "projected guidance",
      target: { a, b in
        .guided(
          unconditional: a, conditional: b, scale: 1.5, projection: .init(parallel: 0.2, momentum: -0.4))
      },
      change: {
        $0.correction = .kernelRatio
        $0.control = .none
      }),
    // An island stops to ask the unconditional branch.
    .init(
      "aligned guidance", fades: true,
      target: { a, b in
        .guided(unconditional: a, conditional: b, scale: 1.2, alignmentThreshold: 0.8)
      },
      change: {
        $0.steps = .count(40)
        $0.endTime = 1e-3
      }),
  ]
}

@Suite("Models that answer for many blocks at a time")
struct BatchingTests {
  // Two blocks and a part of one an island.
  private static let particles = 2 * 1200

  private func differences(_ result: RunResult, _ expected: RunResult) -> [String] {
    let same = [
      "samples": result.samples == expected.samples, "log-weights": result.logWeights == expected.logWeights,
      "log Z": result.logNormalizer?.value == expected.logNormalizer?.value,
      "evaluations": result.modelEvaluations.map(\.rows) == expected.modelEvaluations.map(\.rows),
      "alignment": result.alignedSteps == expected.alignedSteps,
      "trace": result.trace.map(\.effectiveSampleSize) == expected.trace.map(\.effectiveSampleSize),
    ]
    return same.filter { !$0.value }.map(\.key).sorted()
  }

  // Seen to catch: the memory of one block used for all; a second question that was never asked; a block on the border of
  // two calls read from one of them; states in place of x = αy; an aligned island asked like the other; log densities that
  // nobody copies; probes that nobody is asked about.
  @Test("give the bytes of block by block", arguments: BatchedCase.all)
  func sameBytes(_ tried: BatchedCase) throws {
    let blocks = tried.make(.blocks)
    let expected = try blocks.sampler.run(particles: Self.particles, islands: 2, seed: 4, threads: 1)
    if tried.isAligned { #expect(expected.alignedSteps.contains { $0 != nil }) }
    for (batching, threads) in [
      (Batching.rows(97), 1), (.rows(1000), 3), (.all(), 1), (.all(), 3), (.all(callsAtOnce: 3), 2),
    ] {
      let batched = tried.make(batching)
      let result = try batched.sampler.run(
        particles: Self.particles, islands: 2, seed: 4, threads: threads)
      // Names alone: a failing comparison of whole arrays takes minutes to print.
      #expect(differences(result, expected) == [])
      #expect(batched.rows() == blocks.rows())
    }
  }

  @Test("are asked in as many calls of a step as they want")
  func calls() throws {
    // What the check of the start asks for, both terms together, is no part of a step.
    let checked = 512
    func sizes(_ batching: Batching) throws -> [Int] {
      let calls = Calls()
      let models = [0.4, -0.3].map { CurvedModel(mean: $0, calls: calls, batching: batching) }
      var sampler = Sampler(
        process: .variancePreserving(),
        target: .product([
          .init(models[0], name: "a", exponent: 0.7), .init(models[1], name: "b", exponent: 0.6),
        ]), steps: 5)
      sampler.stepSizeError = .none
      sampler.plainSamples = .none
      sampler.control = .radial
      sampler.startTime = 0.9
      sampler.start = .gaussian
      _ = try sampler.run(particles: 1300, seed: 4)
      return calls.sizes(except: checked)
    }
    // Both terms of the whole population at each of six levels.
    #expect(try sizes(.all()) == Array(repeating: 2 * 1300, count: 6))
    let thirds = try sizes(.all(callsAtOnce: 3))
    let steps = Array(repeating: 2 * 432, count: 6) + Array(repeating: 2 * 434, count: 12)
    // Here the check's block is more than a call.
    let check = Array(repeating: 78, count: 4) + Array(repeating: 434, count: 4)
    #expect(thirds.sorted() == check + steps)
    #expect(
      try sizes(.rows(1000)).sorted() == Array(repeating: 600, count: 6) + Array(repeating: 2000, count: 6))
  }

  @Test("name themselves, the step and the particle where they fail, as block by block")
  func faults() throws {
    struct Faulty: ScoreModel {
      let batching: Batching
      let dimensions = 1
      func evaluate(_ batch: ScoreBatch, at point: NoisePoint) throws {
        for row in 0..<batch.count {
          batch.scores[row] = point.time < 0.5 && batch.states[row] > 3.2 ? .nan : -batch.states[row]
        }
      }
    }
    func fault(_ batching: Batching) -> RunError? {
      let target = Target.annealed(Faulty(batching: batching), inverseTemperature: 1)
      var sampler = Sampler(process: .variancePreserving(), target: target, steps: 10)
      sampler.control = .radial
      return #expect(throws: RunError.self) { try sampler.run(particles: 2000, seed: 1, threads: 2) }
    }
    let expected = fault(.blocks)
    guard case .notFinite(let source, let step, _, let particle) = expected else {
      Issue.record("\(String(describing: expected))")
      return
    }
    #expect(source.hasPrefix("model '"))
    // Beyond the first block, on the way.
    #expect(step > 0 && particle >= 512)
    #expect(fault(.all()) == expected)
  }

  // The memory of a population that is asked in one call is more than that of blocks on two threads, and is counted.
  @Test("are in the forecast of memory")
  func forecast() throws {
    func bytes(_ batching: Batching) throws -> Int {
      try BatchedCase.all[0].make(batching).sampler.plan(particles: 100_000, threads: 2).memoryBytes
    }
    let whole = try bytes(.all())
    let blocks = try bytes(.blocks)
    // x, two terms' scores and the normals of a step at least, 3 numbers each.
    #expect(whole - blocks > 4 * 100_000 * 4 * 3)
  }
}
