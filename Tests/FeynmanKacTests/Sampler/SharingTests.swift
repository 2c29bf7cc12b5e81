import FeynmanKac
import Synchronization
import Testing

/// How often a network was called and for how many rows of scores.
private final class CallCount: Sendable {
  private let counts = Mutex((calls: 0, rows: 0))
  func add(rows: Int) { counts.withLock { $0 = ($0.calls + 1, $0.rows + rows) } }
  var calls: Int { counts.withLock { $0.calls } }
  var rows: Int { counts.withLock { $0.rows } }
}

/// A standard normal moved to `mean`, as a condition of one "network" would move it.
private struct MovedNormal: StackableModel {
  let mean: Float
  let network: CallCount
  var canBeStacked = true
  let dimensions = 3

  func fill(_ scores: UnsafeMutablePointer<Float>, _ batch: ScoreBatch, at point: NoisePoint) {
    let variance = Float(point.signal * point.signal + point.noise * point.noise)
    for i in 0..<batch.count * dimensions {
      scores[i] = (Float(point.signal) * mean - batch.states[i]) / variance
    }
  }

  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
    network.add(rows: batch.count)
    fill(batch.scores, batch, at: point)
  }

  func canStack(with other: any StackableModel) -> Bool {
    canBeStacked && (other as? MovedNormal)?.network === network
  }

  func stacked(with others: [any StackableModel]) -> any StackedModel {
    let models = [self] + others.map { $0 as! MovedNormal }
    return TestStack(count: models.count) { batch, point in
      network.add(rows: batch.count * models.count)
      for (part, model) in models.enumerated() {
        model.fill(batch.scores + part * batch.count * 3, batch, at: point)
      }
    }
  }
}

@Suite("Terms of one network")
struct SharingTests {
  private func terms(
    _ network: CallCount, _ exponents: [Schedule], canBeStacked: Bool = true
  ) -> [Target.Term] {
    exponents.enumerated().map { index, exponent in
      Target.Term(
        MovedNormal(mean: Float(index), network: network, canBeStacked: canBeStacked), name: "m\(index)",
        exponent: exponent)
    }
  }

  private func sampler(
    _ terms: [Target.Term], correction: Sampler.Correction = .feynmanKac
  ) -> Sampler {
    var sampler = Sampler(process: .variancePreserving(), target: Target(terms: terms), steps: 20)
    sampler.correction = correction
    sampler.control = correction == .kernelRatio ? .none : .radial
    return sampler
  }

  /// What the fit of the start asks each model for: four rounds of less than a block.
  private static let fit = (calls: 4, rows: 3 * 100 + 400)
  /// What is asked of each far out, where an exponent is below 0: three distances, along three coordinates, both ways, and through 16 particles.
  private static let far = (calls: 3, rows: 3 * (6 + 16))

  // 200 particles of 3 dimensions are one block.
  @Test(
    "are asked by one call for a stacked batch",
    arguments: Sampler.Correction.allCases.filter { $0 != .densityRatio })
  func oneCall(correction: Sampler.Correction) throws {
    let network = CallCount()
    let guided = terms(network, [.constant(-0.5), .constant(1.5)])
    let result = try sampler(guided, correction: correction).run(particles: 200, seed: 3)
    let asksFar = correction != .none
    let beside = (
      calls: Self.fit.calls + (asksFar ? Self.far.calls : 0),
      rows: Self.fit.rows + (asksFar ? Self.far.rows : 0)
    )
    #expect(network.calls == 21 + 2 * beside.calls)
    #expect(network.rows == 2 * 21 * 200 + 2 * beside.rows)
    #expect(result.startCheckEvaluations == 0)
    let each = 21 * 200 + beside.rows
    #expect(result.modelEvaluations.map(\.rows) == [each, each])

    let apart = CallCount()
    let separate = terms(apart, [.constant(-0.5), .constant(1.5)], canBeStacked: false)
    let other = try sampler(separate, correction: correction).run(particles: 200, seed: 3)
    #expect(apart.calls == 2 * 21 + 2 * beside.calls)
    #expect(other.samples == result.samples)
    #expect(other.logWeights == result.logWeights)
  }

  @Test("are asked apart where their processes differ")
  func otherProcess() throws {
    let network = CallCount()
    var mixed = terms(network, [.constant(1), .constant(1)])
    mixed[1].process = .flowMatching
    var sampler = sampler(mixed)
    sampler.endTime = 0.01
    _ = try sampler.run(particles: 200, seed: 3)
    #expect(network.calls == 2 * 21 + 2 * Self.fit.calls)
  }

  @Test("are not asked where the exponent is 0")
  func zeroExponent() throws {
    let network = CallCount()
    let result = try sampler(terms(network, [.constant(0), .constant(1), .constant(0.5)]))
      .run(particles: 200, seed: 3)
    #expect(network.rows == 2 * 21 * 200 + 2 * Self.fit.rows)
    #expect(result.modelEvaluations.map(\.model) == ["m1", "m2"])
  }

  // At the first level the first exponent is 0, at the last one the second.
  @Test("are not asked at a level where the exponent is 0, unless a weight needs their density there")
  func passingZero() throws {
    let network = CallCount()
    let moving = terms(network, [Schedule(from: 0, to: 1), Schedule(from: 1, to: 0)])
    let plain = try sampler(moving, correction: .none).run(particles: 200, seed: 3)
    #expect(network.rows == (2 * 21 - 2) * 200 + 2 * Self.fit.rows)
    #expect(network.calls == 21 + 2 * Self.fit.calls)
    let fewer = 20 * 200 + Self.fit.rows
    #expect(plain.modelEvaluations.map(\.rows) == [fewer, fewer])

    let weighted = CallCount()
    var uncontrolled = sampler(terms(weighted, [Schedule(from: 0, to: 1), Schedule(from: 1, to: 0)]))
    uncontrolled.control = .none
    let result = try uncontrolled.run(particles: 200, seed: 3)
    // The log densities are carried at the last 17 levels, where each is asked twice whatever its exponent; above them not where that is 0.
    let rows = [20, 21].map { ($0 + 17) * 200 + Self.fit.rows }
    #expect(weighted.rows == rows[0] + rows[1])
    #expect(result.modelEvaluations.map(\.rows) == rows)
  }
}
