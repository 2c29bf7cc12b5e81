import Foundation
import ScoreNetworks
import Testing

/// `reward: {kind: onnx}`, by a file of Experiments/export/onnx_models.py: r(x) = h x − ¼ (|x|² + ½) with h = (½, −1).
@Suite(.enabled(if: ONNXModelTests.isInstalled, "OpenVINO is not installed; make onnx installs it"))
struct ONNXRewardRunTests {
  private func program(_ reward: String) throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write(
      "c.yaml",
      TinyConfig.text([
        2: "particles: 4000",
        9:
          "  {annealed: {model: a, inverse_temperature: 1.0}, reward: {kind: onnx, file: r.onnx, \(reward)}}",
        10: "sampler: {steps: 100}",
      ]))
    try FileManager.default.copyItem(
      at: ONNXModelTests.resources.appendingPathComponent("reward.onnx"),
      to: program.folder.appendingPathComponent("r.onnx"))
    return program
  }

  /// Of N(m, 1) in each coordinate, with k = ½: log E[e^(h x − ½ k x²)] = ½ (m + h)²/(1 + k) − ½ m² − ½ log(1 + k).
  private static var exact: Double {
    zip([0.0, 1.0], [0.5, -1.0]).reduce(-0.125) { sum, pair in
      let (mean, slope) = pair
      return sum + (mean + slope) * (mean + slope) / 3 - mean * mean / 2 - log(1.5) / 2
    }
  }

  // Four standard errors: a false alarm in one of 16,000 runs. Seen to catch: a gradient of the other sign (by the mean of weights alone the answer holds),
  // a file that is asked at the noisy state.
  @Test(
    "log Z and the mean are the exact ones, with the gradient and without",
    arguments: ["output: reward", "output: reward, gradient: gradient"])
  func exactIntegral(_ outputs: String) throws {
    let program = try program(outputs)
    defer { program.remove() }
    let outcome = try program.run("run", "c.yaml", "--progress", "none")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("put it into near or log_sigmoid"))
    let summary = try program.json("out/summary.json")
    let (value, error) = (
      summary["log_normalizer"] as! Double, summary["log_normalizer_standard_error"] as! Double
    )
    #expect(abs(value - Self.exact) < 4 * error + 0.002, "\(value) ± \(error), \(Self.exact)")
    #expect(error < 0.02)
    // (m + h)/(1 + k)
    let (mean, errors) = (summary["mean"] as! [Double], summary["mean_standard_error"] as! [Double])
    for (j, exact) in [0.5 / 1.5, 0].enumerated() { #expect(abs(mean[j] - exact) < 4 * errors[j] + 0.002) }
    if outputs.contains("gradient") { #expect(summary["trust"] as? String == "ok") }
  }

  @Test("the same bytes for one thread and two, and from the stored config; a file that changed is refused")
  func stored() throws {
    let program = try program("output: reward, gradient: gradient")
    defer { program.remove() }
    _ = try program.run("run", "c.yaml", "--progress", "none", "--threads", "1")
    _ = try program.run("run", "out/config.yaml", "--progress", "none", "--threads", "2", "--output", "again")
    #expect(try program.bytes("out/samples.npy") == program.bytes("again/samples.npy"))
    let file = program.folder.appendingPathComponent("r.onnx")
    try FileManager.default.removeItem(at: file)
    #expect(try program.run("run", "out/config.yaml", "--output", "b").status == 66)
    try FileManager.default.copyItem(
      at: ONNXModelTests.resources.appendingPathComponent("reward-fixed.onnx"), to: file)
    let outcome = try program.run("run", "out/config.yaml", "--output", "b")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("target.reward"))
  }

  @Test("what does not fit is named by its key, and a missing OpenVINO too")
  func faults() throws {
    for (settings, words) in [
      ("output: r", "target.reward.output: the file has no output 'r'; it has 'reward', 'gradient'"),
      (
        "output: reward, gradient: reward",
        "target.reward.gradient: 'reward' has shape [?]; 2 numbers for each row are needed"
      ),
      ("output: reward, device: TPU", "target.reward.device: found 'TPU'; did you mean 'CPU'?"),
    ] {
      let program = try program(settings)
      defer { program.remove() }
      #expect(
        try program.run("check", "c.yaml") == .init(status: 65, output: "", errors: "c.yaml:9: \(words)\n"))
    }
    let program = try program("output: reward")
    defer { program.remove() }
    let outcome = try program.run(["check", "c.yaml"], environment: ["FKC_OPENVINO": "/nowhere"])
    #expect(outcome.status == 69)
    #expect(outcome.errors.hasPrefix("c.yaml:9: target.reward.kind: OpenVINO is not installed"))
  }
}
