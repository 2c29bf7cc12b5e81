import Foundation
import Testing

/// `fkc advise`.
@Suite struct AdviseCommandTests {
  /// A config that does without everything that is advised.
  private static let poor = """
    particles: 240
    islands: 4
    process: {kind: variance-exploding, sigma_min: 0.01, sigma_max: 20}
    models:
      a: {kind: gaussian, mean: [0, 0], standard_deviation: 1.0}
    target: {annealed: {model: a, inverse_temperature: 2.0}, path: constant}
    sampler: {steps: 100, scheme: euler-maruyama, control: none, start: gaussian, step_size_error: none, noise_scale: 2}
    resampling: {scheme: multinomial, ess_threshold: 1}
    output: {directory: runs/a}

    """

  private func advice(_ program: CommandLineProgram, _ options: [String] = []) throws -> [[String: Any]] {
    let outcome = try program.run(["advise", "c.yaml", "--json", "--threads", "1"] + options)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    return json?["advice"] as? [[String: Any]] ?? []
  }

  // Seen to catch: a change that no key takes, a rule whose change does not answer it, a page that is not there.
  @Test("advice that is taken is a config that runs, and is not given again")
  func taken() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", Self.poor)
    let all = try advice(program)
    #expect(
      Set(all.compactMap { $0["setting"] as? String }) == [
        "particles", "islands", "target.path", "sampler.step_size_error", "sampler.scheme", "sampler.control",
        "sampler.start",
        "resampling.ess_threshold", "resampling.scheme", "sampler.rejuvenation",
      ])
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
    var settings: [String] = []
    for one in all {
      let changes = try #require(one["set"] as? [String])
      settings += changes.flatMap { ["--set", $0] }
      #expect(
        try advice(program, changes.flatMap { ["--set", $0] }).allSatisfy {
          $0["sentence"] as? String != one["sentence"] as? String
        })
      guard let page = one["figures"] as? String else { continue }
      #expect(FileManager.default.fileExists(atPath: root.appendingPathComponent(page).path), "\(page)")
    }
    let rest = try advice(program, settings)
    #expect(rest.isEmpty, "\(rest)")
    #expect(try program.run(["run", "c.yaml", "--progress", "none"] + settings).status == 0)
  }

  @Test("advice depends on what is sampled, and on what models know")
  func situations() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", Self.poor)
    func settings(_ options: String...) throws -> Set<String> {
      Set(try advice(program, options.flatMap { ["--set", $0] }).compactMap { $0["setting"] as? String })
    }
    #expect(try settings("correction=none").contains("correction"))
    // One model as it is needs no weights.
    #expect(try settings("correction=none", "target.annealed.inverse_temperature=1").isEmpty)
    #expect(try !settings("target.annealed.inverse_temperature=1").contains("target.path"))
    #expect(try settings("resampling.ess_threshold=0").contains("resampling.ess_threshold"))

    var network = NetworkFixture()
    for level in ["minimum", "maximum"] { network.metadata["\(level)_noise_level"] = nil }
    try network.bytes.write(to: program.folder.appendingPathComponent("n.safetensors"))
    let model = "models={a: {kind: mlp, file: n.safetensors}}"
    let ofNetwork = try settings(model, "sampler.plain_samples=none", "sampler.start=fitted")
    #expect(ofNetwork.isSuperset(of: ["models.a.minimum_noise_level", "sampler.plain_samples"]))
    #expect(ofNetwork.isDisjoint(with: ["sampler.start", "sampler.rejuvenation"]))
    let guided = "target={guided: {unconditional: a, conditional: b, scale: 2}}"
    let pair =
      "models={a: {kind: mlp, file: n.safetensors}, b: {kind: mlp, file: n.safetensors, condition: 1}}"
    #expect(try settings(pair, guided).contains("correction"))
  }

  @Test("a config with nothing to say of gets a sentence, one that is wrong its fault")
  func words() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    _ = try program.run("init", "annealed", "--output", "c.yaml")
    let outcome = try program.run("advise", "c.yaml")
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.hasSuffix("\n"))
    try program.write("c.yaml", Self.poor)
    let text = try program.run("advise", "c.yaml").output
    #expect(text.hasPrefix("doubtful: log Z will have no standard error"))
    #expect(
      text.contains(
        "\n  --set 'sampler.scheme=exponential-multistep'\n  figures: Experiments/accuracy/README.md\n\n"))
    try program.write("c.yaml", Self.poor.replacing("particles: 240", with: "particles: 241"))
    #expect(try program.run("advise", "c.yaml").status == 65)
  }
}
