import Dispatch
import FeynmanKac
import Foundation
import ScoreNetworks
import Testing

/// Files of Experiments/export/onnx_models.py: r(x) = h x − ¼ (|x|² + ½) with h = (½, −1).
@Suite(
  "ONNXReward", .enabled(if: ONNXNetworkTests.isInstalled, "OpenVINO is not installed; make onnx installs it")
)
struct ONNXRewardTests {
  private static func reward(_ name: String, output: String? = nil, gradient: String? = nil) throws
    -> ONNXReward
  {
    try OpenVINO.load()
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "onnx", subdirectory: "ONNX"))
    return try ONNXReward(
      ONNXFile(bytes: [UInt8](Data(contentsOf: url))), output: output, gradient: gradient)
  }

  private static let states = (0..<74).map { Float(($0 * 37) % 19 - 9) / 4 }

  private static func answers(_ reward: ONNXReward, _ states: [Float]) throws -> (
    values: [Double], gradients: [Float]
  ) {
    var values = [Double](repeating: .nan, count: states.count / 2)
    var gradients = [Float](repeating: .nan, count: states.count)
    try values.withUnsafeMutableBufferPointer { values in
      try gradients.withUnsafeMutableBufferPointer { gradients in
        try states.withUnsafeBufferPointer { states in
          try reward.evaluate(
            RewardBatch(
              count: values.count, dimensions: 2, states: states.baseAddress!, values: values.baseAddress!,
              gradients: gradients.baseAddress!))
        }
      }
    }
    return (values, gradients)
  }

  // Seen to catch: outputs exchanged, a last part that is not filled up, gradients of the first rows for all.
  @Test(
    "values and gradients are the exact ones, for any number of rows",
    arguments: [("reward", "gradient"), ("reward-fixed", nil)] as [(String, String?)], [1, 16, 37])
  func exact(_ file: (name: String, gradient: String?), _ rows: Int) throws {
    let reward = try Self.reward(file.name, gradient: file.gradient)
    #expect(reward.hasGradient == (file.gradient != nil))
    #expect(reward.dimensions == 2)
    let states = Array(Self.states.prefix(2 * rows))
    let (values, gradients) = try Self.answers(reward, states)
    for row in 0..<rows {
      let (x, y) = (Double(states[2 * row]), Double(states[2 * row + 1]))
      // All numbers are quarters or eighths, so that single precision is exact.
      #expect(values[row] == x / 2 - y - (x * x + y * y + 0.5) / 4)
      guard file.gradient != nil else { continue }
      #expect(gradients[2 * row] == Float(0.5 - x / 2))
      #expect(gradients[2 * row + 1] == Float(-1 - y / 2))
    }
  }

  @Test("threads ask at the same time, and get what each asked for")
  func threads() throws {
    let reward = try Self.reward("reward", gradient: "gradient")
    let expected = try Self.answers(reward, Self.states).values
    DispatchQueue.concurrentPerform(iterations: 64) { index in
      let first = index % 30
      let found = try? Self.answers(reward, Array(Self.states[2 * first..<2 * first + 14])).values
      #expect(found == Array(expected[first..<first + 7]))
    }
  }

  @Test("files and names that do not fit are refused with what there is")
  func faults() throws {
    func problem(_ name: String, output: String? = nil, gradient: String? = nil) -> String {
      do {
        _ = try Self.reward(name, output: output, gradient: gradient)
        return "accepted"
      } catch { return "\((error as? ONNXNetworkError)?.setting ?? ""): \(error)" }
    }
    #expect(problem("reward") == "output: say which output to take; the file has 'reward', 'gradient'")
    #expect(
      problem("reward", output: "r") == "output: the file has no output 'r'; it has 'reward', 'gradient'")
    #expect(
      problem("reward", output: "gradient")
        == "output: 'gradient' has shape [?, 2]; 1 number for each row is needed")
    #expect(
      problem("reward", gradient: "g") == "gradient: the file has no output 'g'; it has 'reward', 'gradient'")
    #expect(
      problem("reward-fixed", gradient: "column")
        == "gradient: 'column' has shape [16, 1]; 2 numbers for each row are needed")
    #expect(problem("network") == "file: the file has inputs 'x', 'sigma'; a reward has one, the rows")
    #expect(problem("half").hasPrefix("file: the file has inputs"))
  }
}
