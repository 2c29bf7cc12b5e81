import FeynmanKac
import Foundation
import Testing

@Suite("rewards")
struct RewardTests {
  static let matrix = [[0.7, -1.2, 0.4], [0.1, 0.5, 2.0]]
  static let observation = [1.3, -0.6]
  /// Neither symmetric nor special; exact in single precision.
  static let row = [0.5, -1.25, 2.0]

  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let reward: any Reward
    /// Whether the gradient is that of the value also where the data spreads. Transforms of other rewards leave the
    /// slope of |∇f| out.
    var isExactWithSpread = true
  }

  static let quadratic = QuadraticReward(center: [1, 2, -0.5], precision: [0.5, 2, -0.25])
  static let cases: [Case] = [
    Case(testDescription: "linear", reward: LinearReward(coefficients: [0.5, -2, 1.5])),
    Case(testDescription: "quadratic", reward: quadratic),
    Case(
      testDescription: "measurement",
      reward: try! MeasurementReward(matrix: matrix, observation: observation, standardDeviation: 0.8)),
    Case(
      testDescription: "inpainting",
      reward: try! InpaintingReward(
        indices: [2, 0], values: [1.5, -0.5], standardDeviation: 0.6, dimensions: 3)
    ),
    Case(
      testDescription: "log-sigmoid", reward: LogSigmoidReward(of: quadratic, center: -7, width: 1.5),
      isExactWithSpread: false),
    Case(
      testDescription: "log-sigmoid for low values",
      reward: LogSigmoidReward(of: quadratic, center: -7, width: -1.5), isExactWithSpread: false),
    Case(
      testDescription: "near", reward: NearReward(quadratic, value: -5, standardDeviation: 2),
      isExactWithSpread: false),
    Case(
      testDescription: "near a linear one",
      reward: NearReward(LinearReward(coefficients: [0.5, -2, 1.5]), value: 4, standardDeviation: 2)),
    Case(
      testDescription: "all of",
      reward: try! AllOfReward([
        LogSigmoidReward(of: quadratic, center: -7),
        AllOfReward([
          LogSigmoidReward(of: LinearReward(coefficients: [0.5, -2, 1.5]), center: 6),
          LogSigmoidReward(of: LinearReward(coefficients: [1, 1, 1]), width: -2),
        ]),
      ]), isExactWithSpread: false),
    Case(
      testDescription: "weighted sum",
      reward: try! WeightedSumReward(
        [
          quadratic,
          MeasurementReward(matrix: matrix, observation: observation, standardDeviation: 0.8),
          ClosureReward { row, gradient in
            for j in 0..<3 { gradient[j] = 2 * row[j] }
            return row.reduce(0) { $0 + Double($1) * Double($1) }
          },
        ], weights: [0.5, 2, -1])),
  ]

  // Steps of 1/64 are exact in single precision; a central difference of a smooth function errs by h²/6 of its third
  // derivative, here below 1e-3 of gradients of order 1.
  // Seen to catch: the log-sigmoid's slope of σ(a) in place of σ(−a); the sum of gradients without its weights; the sign of
  // the gradient towards a value asked for.
  @Test("gradients are those of the values", arguments: cases)
  func gradients(_ test: Case) throws {
    try Self.checkGradient(of: test.reward, variances: test.isExactWithSpread ? [0, 0.7] : [0])
  }

  static func checkGradient(of reward: some Reward, variances: [Double]) throws {
    for variance in variances {
      let answer = try EvaluatedReward(reward, at: row, variance: variance)
      for j in 0..<3 {
        var (up, down) = (row, row)
        up[j] += 1.0 / 64
        down[j] -= 1.0 / 64
        let difference =
          try EvaluatedReward(reward, at: up, variance: variance).value
          - EvaluatedReward(reward, at: down, variance: variance).value
        #expect(
          abs(answer.gradient[j] - 32 * difference) < 2e-3 * (1 + abs(answer.gradient[j])),
          "variance \(variance)")
      }
    }
  }

  @Test("a row's answer does not depend on the rows beside it", arguments: cases)
  func batches(_ test: Case) throws {
    let rows = (0..<37).map { index in Self.row.map { $0 + 0.25 * Double(index % 5) } }
    let together = try EvaluatedReward.all(test.reward, at: rows, variance: 0.3)
    for (row, answer) in zip(rows, together) {
      let alone = try EvaluatedReward(test.reward, at: row, variance: 0.3)
      #expect(alone.value == answer.value && alone.gradient == answer.gradient)
    }
  }

  /// `log N(b; A x, σ² I + ρ² A Aᵀ)` for two measurements, by the inverse of a 2×2 matrix.
  private func logDensity(at row: [Double], deviation: Double, variance: Double) -> Double {
    let a = Self.matrix
    let residual = zip(Self.observation, a).map { b, line in b - zip(line, row).reduce(0) { $0 + $1.0 * $1.1 }
    }
    func covariance(_ i: Int, _ j: Int) -> Double {
      (i == j ? deviation * deviation : 0) + variance * zip(a[i], a[j]).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let (p, q, s) = (covariance(0, 0), covariance(0, 1), covariance(1, 1))
    let determinant = p * s - q * q
    let form =
      (s * residual[0] * residual[0] - 2 * q * residual[0] * residual[1] + p * residual[1] * residual[1])
      / determinant
    return -0.5 * form - 0.5 * log(determinant) - log(2 * .pi)
  }

  // Seen to catch: eigenvectors by columns (0.34 off); the variance without the eigenvalue (4.2).
  @Test("a measurement is its likelihood, and with spread that of a Gaussian around the point")
  func measurement() throws {
    let reward = try MeasurementReward(
      matrix: Self.matrix, observation: Self.observation, standardDeviation: 0.8)
    for variance in [0, 0.4, 30] {
      let found = try EvaluatedReward(reward, at: Self.row, variance: variance).value
      #expect(abs(found - logDensity(at: Self.row, deviation: 0.8, variance: variance)) < 1e-12)
    }
  }

  // Seen to catch: the inpainting's constant for one value only.
  @Test("inpainting is a measurement whose matrix picks coordinates")
  func inpainting() throws {
    let inpainting = try InpaintingReward(
      indices: [2, 0], values: [1.5, -0.5], standardDeviation: 0.6, dimensions: 3)
    let measurement = try MeasurementReward(
      matrix: [[0, 0, 1], [1, 0, 0]], observation: [1.5, -0.5], standardDeviation: 0.6)
    for variance in [0, 2.5] {
      let (a, b) = (
        try EvaluatedReward(inpainting, at: Self.row, variance: variance),
        try EvaluatedReward(measurement, at: Self.row, variance: variance)
      )
      #expect(abs(a.value - b.value) < 1e-12)
      for j in 0..<3 { #expect(abs(a.gradient[j] - b.gradient[j]) < 1e-6) }
    }
  }

  // More measurements than dimensions, and rows that say the same thing twice: A Aᵀ is singular.
  @Test("repeated measurements are worth as many")
  func repeated() throws {
    let twice = try MeasurementReward(
      matrix: [[1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 1, 1]], observation: [2, 2, 2, 0.5], standardDeviation: 3)
    let answer = try EvaluatedReward(twice, at: Self.row)
    let direct =
      -0.5 * (3 * 1.5 * 1.5 + 0.25 * 0.25) / 9 - 4 * (log(3.0) + 0.5 * log(2 * .pi))
    #expect(abs(answer.value - direct) < 1e-12)
    #expect(abs(answer.gradient[0] - 3 * 1.5 / 9) < 1e-6)
    #expect(abs(answer.gradient[2] - -0.25 / 9) < 1e-6)
  }

  // E[e^r] over N(x, ρ²), by Simpson's rule on ±10 standard deviations.
  // Seen to catch: the quadratic's widening without its logarithm (0.54 off).
  @Test("a quadratic and a value asked for of a linear one answer their expectations")
  func expectations() throws {
    let rewards: [any Reward] = [
      QuadraticReward(center: [1.0], precision: [3]),
      NearReward(LinearReward(coefficients: [-1.5]), value: 2, standardDeviation: 0.5),
    ]
    for reward in rewards { try Self.checkExpectation(of: reward, error: 1e-5) }
  }

  /// `log E[e^r]` of a reward of one coordinate around 0.25, with a spread of 0.8.
  static func checkExpectation(of reward: some Reward, error: Double) throws {
    let spread = 0.8
    let count = 2000
    var sum = 0.0
    for i in 0...count {
      let z = -10 + 20 * Double(i) / Double(count)
      let weight = i == 0 || i == count ? 1.0 : i % 2 == 1 ? 4 : 2
      // Rows are single precision: take the one that is meant.
      let value = try EvaluatedReward(reward, at: [0.25 + spread * z]).value
      sum += weight * exp(value - 0.5 * z * z)
    }
    let exact = log(sum * 20 / Double(count) / 3 / (2 * .pi).squareRoot())
    let found = try EvaluatedReward(reward, at: [0.25], variance: spread * spread).value
    #expect(abs(found - exact) < error, "\(found), exact \(exact)")
  }

  // Seen to catch: −log(1 + exp(−a)) without care, infinite at −800.
  @Test("a log-sigmoid is never above 0, and finite however far off")
  func bounded() throws {
    for (value, expected) in [(800.0, 0.0), (-800, -800), (0, -log(2.0))] {
      let reward = LogSigmoidReward(of: LinearReward(coefficients: [1]))
      let answer = try EvaluatedReward(reward, at: [value])
      #expect(abs(answer.value - expected) < 1e-12)
      #expect(answer.value <= 0 && answer.gradient[0] >= 0 && answer.gradient[0] <= 1)
    }
  }

  @Test("measurements that cannot be are refused by name")
  func faults() throws {
    func problem(_ make: () throws -> some Reward) -> String {
      do {
        _ = try make()
        return "none"
      } catch { return "\(error)" }
    }
    #expect(
      problem { try MeasurementReward(matrix: [[1, 2], [3]], observation: [1, 2], standardDeviation: 1) }
        == "matrix: row 2 has 1 entries; row 1 has 2")
    #expect(
      problem { try MeasurementReward(matrix: [[1, 2]], observation: [1, 2], standardDeviation: 1) }
        == "observation: has length 2; the matrix has 1 rows, give as many")
    #expect(
      problem { try MeasurementReward(matrix: [[1, 2]], observation: [1], standardDeviation: 0) }
        == "standardDeviation: 0.0; give a number above 0")
    #expect(
      problem {
        try InpaintingReward(indices: [0, 3], values: [1, 2], standardDeviation: 1, dimensions: 3)
      } == "indices: found 3; rows have coordinates 0 to 2")
    #expect(
      problem {
        try InpaintingReward(indices: [1, 1], values: [1, 2], standardDeviation: 1, dimensions: 3)
      } == "indices: found 1 twice; give each coordinate once")
    #expect(
      problem { try WeightedSumReward([LinearReward(coefficients: [1])], weights: [1, 2]) }
        == "weights: has length 2; there are 1 rewards, give as many")
    #expect(
      problem {
        try AllOfReward([LinearReward(coefficients: [1]), LinearReward(coefficients: [1, 2])])
      } == "rewards: one has 1 dimensions, another 2; give rewards of one dimension")
  }
}
