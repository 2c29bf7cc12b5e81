import Foundation
import Testing

@Suite("Networks in a config")
struct NetworkConfigurationTests {
  private static let config = """
    seed: 3
    particles: 1300
    process: {kind: variance-exploding}
    models:
      u: {kind: mlp, file: net.safetensors}
      c: {kind: mlp, file: net.safetensors, condition: 1}
    target: {guided: {unconditional: u, conditional: c, scale: 2.0}}
    sampler: {steps: 20}

    """

  private func program(
    _ fixture: NetworkFixture = NetworkFixture(), config: String = config
  ) throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write("c.yaml", config)
    try fixture.bytes.write(to: program.folder.appendingPathComponent("net.safetensors"))
    return program
  }

  // 1,300 particles of 2 dimensions are three blocks.
  @Test("a run with a network counts its rows, and its resolved config runs again to the same bytes")
  func again() throws {
    let program = try program()
    defer { program.remove() }
    #expect(
      try program.run(
        "run", "c.yaml", "--output", "a", "--threads", "2", "--set", "sampler.step_size_error=none"
      ).status == 0)
    let summary = try program.json("a/summary.json")
    let fit = 3 * 650 + 2600
    // 130 plain samples at 11 levels, where log densities are carried with a probe, and at the last with two more beside them; far out, three
    // distances along both coordinates, both ways, and through 16 particles.
    let rows = 21 * 1300 + fit + 130 * (11 * 2 + 3) + 3 * (4 + 16)
    #expect(summary["model_evaluations"] as? [String: Int] == ["u": rows, "c": rows])
    #expect((summary["versions"] as? [String: Any])?["openblas_kernel"] is String)
    #expect(try program.run("run", "a/config.yaml", "--output", "b", "--threads", "1").status == 0)
    for name in ["samples.npy", "log_weights.npy", "trace.csv"] {
      #expect(try program.bytes("a/\(name)") == program.bytes("b/\(name)"))
    }
  }

  @Test("conditions change the scores, and the null condition is none")
  func conditions() throws {
    let program = try program()
    defer { program.remove() }
    _ = try program.run("run", "c.yaml", "--output", "a")
    for (name, output) in [("u", "u.npy"), ("c", "c.npy")] {
      let outcome = try program.run(
        "score", "c.yaml", "--model", name, "--time", "0.5", "--input", "a/samples.npy", "--output", output)
      #expect(outcome.status == 0)
    }
    #expect(try program.bytes("u.npy") != program.bytes("c.npy"))
  }

  @Test("a file that changed since the config was resolved is refused")
  func changed() throws {
    let program = try program()
    defer { program.remove() }
    _ = try program.run("run", "c.yaml", "--output", "a")
    var other = NetworkFixture()
    other.metadata["notes"] = "retrained"
    try other.bytes.write(to: program.folder.appendingPathComponent("net.safetensors"))
    let outcome = try program.run("run", "a/config.yaml", "--output", "b")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("has changed: its SHA-256 is"))
    #expect(!program.entries().contains("b"))
  }

  private struct Fault: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var fixture: @Sendable (inout NetworkFixture) -> Void = { _ in }
    var model = "{kind: mlp, file: net.safetensors}"
    var status: Int32 = 65
    let message: String
  }

  private static let faults: [Fault] = [
    Fault(
      testDescription: "no file", model: "{kind: mlp, file: nett.safetensors}", status: 66,
      message: "c.yaml:5: models.u.file: 'nett.safetensors': no such file"),
    Fault(
      testDescription: "another architecture", model: "{kind: egnn, file: net.safetensors}",
      message: "c.yaml:5: models.u.kind: found 'egnn', but 'net.safetensors' holds an mlp"),
    Fault(
      testDescription: "a class that is not there",
      model: "{kind: mlp, file: net.safetensors, condition: 3}",
      message: "c.yaml:5: models.u.condition: give a class from 0 to 2, or leave it out for none"),
    Fault(
      testDescription: "numbers for a class", model: "{kind: mlp, file: net.safetensors, condition: [1.0]}",
      message: "c.yaml:5: models.u.condition: give a class from 0 to 2, or leave it out for none"),
    Fault(
      testDescription: "a missing tensor", fixture: { $0.tensors.remove(at: 2) },
      message: "tensor 'input.bias': missing"),
    Fault(
      testDescription: "another shape", fixture: { $0.tensors[1].shape = [8, 4] },
      message: "tensor 'input.weight': found shape [8, 4]; the settings need [8, 5]"),
    Fault(
      testDescription: "one tensor too many", fixture: { $0.tensors.append(("extra", [2])) },
      message: "tensor 'extra': not one of the network that the settings describe"),
    Fault(
      testDescription: "a setting that is not known", fixture: { $0.metadata["widht"] = "8" },
      message: "'net.safetensors': __metadata__: unknown key 'widht'; did you mean 'width'?"),
    Fault(
      testDescription: "levels that the network was not trained for",
      fixture: { $0.metadata["maximum_noise_level"] = "100" },
      message: "the model covers noise levels 1e-05 to 100.0, the path runs from 2500.0"),
    Fault(
      testDescription: "a process that the file misspells",
      fixture: { $0.metadata["process"] = "{\"kind\": \"karas\"}" },
      message: "process: kind: found 'karas'; did you mean 'karras'?"),
  ]

  @Test("faults of a network are named, and nothing is written", arguments: faults)
  private func fault(_ fault: Fault) throws {
    var fixture = NetworkFixture()
    fault.fixture(&fixture)
    let config = Self.config.replacingOccurrences(
      of: "  u: {kind: mlp, file: net.safetensors}", with: "  u: \(fault.model)")
    let program = try program(fixture, config: config)
    defer { program.remove() }
    let outcome = try program.run("run", "c.yaml", "--output", "a")
    #expect(outcome.status == fault.status)
    #expect(outcome.errors.contains(fault.message), "\(outcome.errors)")
    #expect(program.entries() == ["c.yaml", "net.safetensors"])
  }

  @Test("a network runs under the process that its file states, unless the config names another")
  func ownProcess() throws {
    var fixture = NetworkFixture()
    fixture.metadata["process"] = "{\"kind\": \"variance-preserving\"}"
    let program = try program(fixture)
    defer { program.remove() }
    _ = try program.run("run", "c.yaml", "--output", "a")
    let score = ["score", "c.yaml", "--model", "u", "--time", "0.5", "--input", "a/samples.npy"]
    _ = try program.run(score + ["--output", "own.npy"])
    _ = try program.run(
      score + ["--output", "named.npy", "--set", "models.u.process.kind=variance-preserving"])
    _ = try program.run(score + ["--output", "other.npy", "--set", "models.u.process.kind=karras"])
    #expect(try program.bytes("own.npy") == program.bytes("named.npy"))
    #expect(try program.bytes("own.npy") != program.bytes("other.npy"))
  }
}
