import FeynmanKac
import Foundation
import ScoreNetworks
import Testing

@Suite("learned rewards")
struct NetworkRewardTests {
  /// What PyTorch answers in float64; see Experiments/export/regression.py.
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let rows: [[Double]]
    let coefficients: [Double]
    let values: [Double]
    let gradients: [[Double]]
    var testDescription: String { name }
    var file: String { NetworkRewardTests.folder.appending(path: "\(name).safetensors").path }
  }

  static let folder = Bundle.module.url(forResource: "Regression", withExtension: nil)!
  static let cases = try! JSONDecoder().decode(
    [Case].self, from: Data(contentsOf: folder.appending(path: "answers.json")))

  /// Values and gradients of all rows at once, in memory of exactly the size that the reward asks for.
  private func answers(
    _ reward: some Reward, _ rows: [[Double]], variance: Double = 0
  ) throws -> (values: [Double], gradients: [Float]) {
    let states = rows.joined().map { Float($0) }
    var values = [Double](repeating: .nan, count: rows.count)
    var gradients = [Float](repeating: .nan, count: states.count)
    let size = reward.workspaceSize(rows: rows.count, dimensions: rows[0].count)
    var workspace = [Float](repeating: .nan, count: max(size, 1))
    try values.withUnsafeMutableBufferPointer { values in
      try gradients.withUnsafeMutableBufferPointer { gradients in
        try workspace.withUnsafeMutableBufferPointer { workspace in
          try reward.evaluate(
            RewardBatch(
              count: rows.count, dimensions: rows[0].count, states: states, variance: variance,
              values: values.baseAddress!, gradients: gradients.baseAddress!,
              workspace: UnsafeMutableBufferPointer(rebasing: workspace[..<size])))
        }
      }
    }
    return (values, gradients)
  }

  // Float32 against float64, of numbers of order 1 to 10.
  // Seen to catch: the slope of silu without x (1 − σ); a layer on the way back whose slope is left out.
  @Test("values and gradients are PyTorch's", arguments: cases)
  func parity(_ test: Case) throws {
    let network = try RegressionNetwork(file: test.file)
    #expect(network.settings.outputs == ["mass", "charge", "size"])
    let reward = try NetworkReward(network, coefficients: test.coefficients)
    let found = try answers(reward, test.rows)
    for (row, value) in test.values.enumerated() {
      #expect(abs(found.values[row] - value) < 1e-5 * (1 + abs(value)))
      for j in 0..<5 {
        let exact = test.gradients[row][j]
        #expect(abs(Double(found.gradients[row * 5 + j]) - exact) < 1e-5 * (1 + abs(exact)))
      }
    }
  }

  // relu is left out: a difference may straddle a bend.
  @Test("gradients are those of the values", arguments: cases.filter { !$0.name.hasPrefix("relu") })
  func differences(_ test: Case) throws {
    let reward = try NetworkReward(RegressionNetwork(file: test.file), output: "size")
    let row = [0.25, -0.5, 1, 0.75, -1.25]
    let gradient = try answers(reward, [row]).gradients
    for j in 0..<5 {
      var (up, down) = (row, row)
      up[j] += 1.0 / 64
      down[j] -= 1.0 / 64
      let values = try answers(reward, [up, down]).values
      // Rounding of 1e-7 over 1/32, and h²/6 of a third derivative of order 10.
      #expect(abs(Double(gradient[j]) - 32 * (values[0] - values[1])) < 2e-3)
    }
  }

  @Test("an output is chosen by its name, and a wrong one is told the nearest")
  func names() throws {
    let network = try RegressionNetwork(file: Self.cases[0].file)
    let row = [[0.25, -0.5, 1, 0.75, -1.25]]
    let parts = try ["mass", "charge", "size"].map {
      try answers(NetworkReward(network, output: $0), row).values[0]
    }
    let sum = try answers(NetworkReward(network, coefficients: [1, -2, 3]), row).values[0]
    #expect(abs(parts[0] - 2 * parts[1] + 3 * parts[2] - sum) < 1e-5)
    #expect(throws: SetupError("output", "found 'sise'; did you mean 'size'?")) {
      try NetworkReward(network, output: "sise")
    }
    #expect(
      throws: SetupError(
        "coefficients", "has length 2; the network has the outputs mass, charge, size, give as many")
    ) { try NetworkReward(network, coefficients: [1, 2]) }
  }

  @Test("a score network is not a regression, and says so")
  func otherArchitecture() throws {
    var bytes = try Data(contentsOf: URL(filePath: Self.cases[0].file))
    let place = bytes.range(of: Data("\"regression\"".utf8))!
    bytes.replaceSubrange(place, with: Data("\"regressive\"".utf8))
    let file = try SafetensorsFile(bytes: [UInt8](bytes), file: "x.safetensors")
    #expect(
      throws: FileError(
        .malformed, "x.safetensors", "architecture: found 'regressive'; did you mean 'regression'?")
    ) { try RegressionNetwork(file) }
  }
}
