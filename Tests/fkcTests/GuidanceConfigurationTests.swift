import Foundation
import Testing

/// `guided` with its projection and its alignment threshold, as configs spell them.
@Suite struct GuidanceConfigurationTests {
  private static func guided(_ rest: String) -> [Int: String] {
    [9: "  guided: {unconditional: a, conditional: b, scale: 2.0, \(rest)}"]
  }

  static let cases: [ConfigurationFaultCase] = [
    .init(
      "a misspelt option", guided("alignment_treshold: 0.9"),
      "c.yaml:9: target.guided.alignment_treshold: unknown key; did you mean 'alignment_threshold'?"),
    .init(
      "a misspelt key of the projection", guided("projection: {paralel: 0.0}"),
      "c.yaml:9: target.guided.projection.paralel: unknown key; did you mean 'parallel'?"),
    .init(
      "a threshold that no cosine reaches", guided("alignment_threshold: 1.5"),
      "c.yaml:9: target.guided.alignment_threshold: found '1.5'; give a number from 0 to 1"),
    .init(
      "a norm of nothing", guided("projection: {norm_threshold: 0}"),
      "c.yaml:9: target.guided.projection.norm_threshold: found '0'; give a number above 0"),
    .init(
      "a projection that is a number", guided("projection: 0.5"),
      "c.yaml:9: target.guided.projection: found '0.5'; give a mapping with parallel, norm_threshold, momentum"
    ),
    .init(
      "a momentum that never forgets",
      guided("projection: {momentum: 1}").merging([11: "correction: none"]) { $1 },
      "c.yaml:9: target.guided.projection.momentum: 1.0; give a number between -1 and 1"),
    .init(
      "a projection under feynman-kac", guided("projection: {}"),
      "c.yaml:9: target.guided.projection: feynman-kac needs the divergence of the drift, which projection makes "
        + "unknown; use correction: kernel-ratio with sampler.control: none, whose weights hold for any drift, "
        + "or correction: none"),
    .init(
      "a projection with control",
      guided("projection: {}").merging([
        10: "sampler: {steps: 50, control: radial}", 11: "correction: kernel-ratio",
      ]) { $1 },
      "c.yaml:10: sampler.control: radial fits the rate of feynman-kac, which guided.projection leaves unknown; "
        + "use none"),
    .init(
      "two branches that are one model",
      [9: "  guided: {unconditional: a, conditional: a, scale: 2.0, alignment_threshold: 0.9}"],
      "c.yaml:9: target.guided: both branches are model 'a'; projection and alignment_threshold compare two models"
    ),
  ]

  @Test("each mistake is named with its line, key and remedy", arguments: cases)
  func fault(_ fault: ConfigurationFaultCase) throws { try expectFault(fault) }

  @Test("the resolved config, defaults included, runs again to the same bytes")
  func resolvedConfig() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write(
      "c.yaml",
      TinyConfig.text([
        3: "islands: 2",
        9:
          "  guided: {unconditional: b, conditional: a, scale: 2.0, projection: {norm_threshold: 1.5}, alignment_threshold: 0.8}",
        10: "sampler: {steps: 50, control: none}", 11: "correction: kernel-ratio",
      ]))
    #expect(try program.run("run", "c.yaml", "--output", "one").status == 0)
    #expect(try program.run("run", "one/config.yaml", "--output", "two").status == 0)
    for name in ["samples.npy", "log_weights.npy", "trace.csv"] {
      #expect(try program.bytes("one/\(name)") == program.bytes("two/\(name)"), "\(name)")
    }
    let resolved = try program.text("one/config.yaml")
    #expect(
      resolved.contains(
        "    projection:\n      parallel: 0.0\n      norm_threshold: 1.5\n      momentum: -0.5\n"))
    #expect(resolved.contains("    alignment_threshold: 0.8\n"))
    let summary = try program.json("one/summary.json")
    #expect((summary["guidance_aligned_steps"] as? [Any])?.count == 2)
  }

  @Test("check prints the projection, the threshold and evaluations at most")
  func check() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write(
      "c.yaml",
      TinyConfig.text(
        Self.guided("projection: {}, alignment_threshold: 0.9").merging([11: "correction: none"]) { $1 }))
    let outcome = try program.run("check", "c.yaml")
    #expect(
      outcome.output.contains(
        "a^-1.0 b^2.0, projected: parallel 0.0, momentum -0.5, a until aligned above 0.9\n"), "\(outcome)")
    #expect(outcome.output.contains("a at most 5100 rows, b 5100 rows"))
  }

  @Test("without a threshold there are no aligned steps and no cosines")
  func absent() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text())
    _ = try program.run("run", "c.yaml")
    #expect(try program.json("out/summary.json")["guidance_aligned_steps"] is NSNull)
    let rows = try program.text("out/trace.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let column = try #require(rows[0].firstIndex(of: "guidance_alignment"))
    #expect(rows.dropFirst().allSatisfy { $0[column].isEmpty })
  }
}
