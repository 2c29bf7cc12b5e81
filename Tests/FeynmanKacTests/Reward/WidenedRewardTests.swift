import FeynmanKac
import Foundation
import Testing

/// What rewards answer around a point, with a factor inside their expectation or with tails to be believed.
@Suite("widened rewards")
struct WidenedRewardTests {
  private static let linear = LinearReward(coefficients: [-1.5])
  private static let quadratic = QuadraticReward(center: [1.0], precision: [3])

  static let scalable: [any Reward] = [
    linear, quadratic,
    try! MeasurementReward(matrix: [[0.7], [-1.2]], observation: [1.1, 0.3], standardDeviation: 0.6),
    try! InpaintingReward(indices: [0], values: [1.4], standardDeviation: 0.4, dimensions: 1),
    NearReward(linear, value: 2, standardDeviation: 0.5),
    try! WeightedSumReward([linear, linear], weights: [2, -0.5]),
    LogSigmoidReward(of: linear, center: 0.3, width: -0.4),
    ClosureReward { row in Double(row[0] * row[0]) },
  ]

  // Seen to catch: a measurement's constant without its power (1.4 and 2.1 off).
  @Test("a factor multiplies what they answer at a point", arguments: [0.4, 1, 2.5, -0.7])
  func factors(_ factor: Double) throws {
    for reward in Self.scalable {
      let own = try EvaluatedReward(reward, at: [0.75])
      let scaled = try EvaluatedReward(reward.scaled(by: factor), at: [0.75])
      #expect(abs(scaled.value - factor * own.value) < 1e-12 * (1 + abs(own.value)), "\(reward)")
      guard reward.hasGradient else { continue }
      #expect(abs(scaled.gradient[0] - factor * own.gradient[0]) < 1e-5 * (1 + abs(own.gradient[0])))
    }
  }

  // Seen to catch: the linear reward's ½ρ²|c|² left out (0.72 off at factor 1).
  @Test("Gaussian rewards answer log E[e^(f r)] exactly", arguments: [0.4, 1, 2.5])
  func expectations(_ factor: Double) throws {
    let exact: [any Reward] = [
      Self.linear, Self.quadratic,
      try InpaintingReward(indices: [0], values: [1.4], standardDeviation: 0.4, dimensions: 1),
      try MeasurementReward(matrix: [[0.7]], observation: [1.1], standardDeviation: 0.6),
      NearReward(Self.linear, value: 2, standardDeviation: 0.5),
      try WeightedSumReward([Self.linear], weights: [0.8]),
    ]
    for reward in exact { try RewardTests.checkExpectation(of: reward.scaled(by: factor), error: 1e-5) }
  }

  // In nats, at distances of up to six spreads: MacKay's form has 8.9 there.
  // Seen to catch: z without the width's own share (0.06 to 0.38 off at a width of 0.1).
  @Test("a log-sigmoid whose data is a Gaussian has that Gaussian's tail", arguments: [1e-5, 0.1, -0.1])
  func tails(_ width: Double) throws {
    for distance in [3.0, 0.5, -0.5, -2, -4, -6] {
      let reward = LogSigmoidReward(of: LinearReward(coefficients: [1]), center: -distance, width: abs(width))
      let mirrored = LogSigmoidReward(
        of: LinearReward(coefficients: [-1]), center: distance, width: -abs(width))
      let exact = Self.logExpectation(distance: distance, width: abs(width))
      for (reward, sign) in [(reward, 1.0), (mirrored, -1)] where (sign > 0) == (width > 0) {
        let at = { (x: Double) in
          try EvaluatedReward(reward, at: [x], variance: 1, isGaussian: true)
        }
        let found = try at(0)
        if sign > 0 {
          #expect(abs(found.value - exact) < 0.01 * (1 + abs(exact)), "\(found.value), \(exact)")
        }
        let slope = 64 * (try at(1.0 / 128).value - at(-1.0 / 128).value)
        #expect(abs(found.gradient[0] - slope) < 1e-3 * (1 + abs(slope)))
      }
    }
  }

  /// `log E σ((distance + ε)/width)` by the trapezoid on the line.
  private static func logExpectation(distance: Double, width: Double) -> Double {
    let count = 400_000
    var logs: [Double] = []
    for i in 0...count {
      let z = -14 + 28 * Double(i) / Double(count)
      let a = (distance + z) / width
      logs.append(-0.5 * z * z - (a > 0 ? log1p(exp(-a)) : log1p(exp(a)) - a))
    }
    let most = logs.max()!
    return most + log(logs.reduce(0) { $0 + exp($1 - most) } * 28 / Double(count) / (2 * .pi).squareRoot())
  }

  // Seen to catch: λ log Φ in place of the step that a steep power is (295 to 5,280 off).
  @Test("a power of a steep condition is the condition itself, once it is spread")
  func powers() throws {
    let steep = LogSigmoidReward(of: LinearReward(coefficients: [1]), width: 1e-4)
    for x in [0.5, -1, -3.0] {
      let own = try EvaluatedReward(steep, at: [x], variance: 1, isGaussian: true)
      let raised = try EvaluatedReward(steep.scaled(by: 800), at: [x], variance: 1, isGaussian: true)
      #expect(abs(own.value - raised.value) < 0.01)
    }
  }
}
