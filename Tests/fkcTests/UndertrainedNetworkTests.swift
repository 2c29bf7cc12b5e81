import Foundation
import Testing

/// The same tiny network after 150 and after 40,000 steps of training, from Experiments/undertrained.
@Suite struct UndertrainedNetworkTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Experiments/undertrained").standardizedFileURL.path

  // Sampled as it is: log Z is 0 ± 0 for both, and only the scores tell. The rule as it was before, for
  // residuals above 0 alone, let both runs pass.
  @Test(
    "one that has learnt too little makes a run doubtful, in the summary as in the trace",
    arguments: [("undertrained", "doubtful"), ("trained", "ok")])
  func trust(name: String, trust: String) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write(
      "c.yaml",
      """
      seed: 1
      particles: 2000
      process: {kind: variance-exploding, sigma_min: 0.01, sigma_max: 50}
      models:
        q: {kind: mlp, file: \(Self.folder)/\(name).safetensors}
      target: {annealed: {model: q, inverse_temperature: 1}}
      sampler: {steps: 100}
      output: {directory: out}
      """)
    let outcome = try program.run("run", "c.yaml", "--progress", "none")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let summary = try program.json("out/summary.json")
    #expect(summary["trust"] as? String == trust)
    let codes = (summary["warnings"] as? [[String: Any]])?.compactMap { $0["code"] as? String }
    #expect(codes == (trust == "ok" ? [] : ["inconsistent-scores"]))
    let residual = try #require(summary["score_residual_largest"] as? Double)
    let error = try #require(summary["score_residual_largest_standard_error"] as? Double)
    #expect((abs(residual) > 10 * error) == (trust != "ok"), "\(residual) ± \(error)")
    #expect(try program.text("out/report.html").contains("score-residual"))
  }
}
