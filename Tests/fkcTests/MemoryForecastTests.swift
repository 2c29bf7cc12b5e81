import Foundation
import Testing

/// What `fkc check` says of memory, beside what `fkc run` took.
@Suite struct MemoryForecastTests {
  private static let mixture = """
    seed: 1
    process: {kind: variance-exploding, sigma_min: 0.01, sigma_max: 50}
    models:
      q: {kind: gaussian-mixture, means: [[-3, 0], [2, 1]], weights: [0.3, 0.7], standard_deviations: 0.8}
    target: {annealed: {model: q, inverse_temperature: 2.0}}
    sampler: {steps: 20}
    """

  @Test(
    "a run's peak is below the forecast, and not far",
    arguments: [
      ("particles: 100000", []), ("particles: 1000000", []),
      ("particles: 1000000\nislands: 8", ["--set", "output.samples=resampled"]),
      ("particles: 400000\nrng: mt19937", []), ("particles: 300000", ["--set", "resampling.scheme=ssp"]),
      ("particles: 1000000", ["--set", "correction=none"]),
      ("particles: 500000", ["--set", "sampler.scheme=heun", "--set", "sampler.denoise=half"]),
      ("particles: 500000", ["--set", "sampler.step_size_error=doubling"]),
      ("particles: 10", ["--set", "sampler.steps=200000"]),
      ("particles: 200000\nislands: 100000", ["--set", "sampler.control=linear"]),
      ("particles: 500000", ["--set", "output.trajectory={every_steps: 10, particles: 500000}"]),
      ("particles: 100000", ["--set", "sampler.steps=auto"]), ("particles: 500", []),
    ])
  func mixtures(_ lines: String, _ overrides: [String]) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", Self.mixture + "\n" + lines + "\n")
    try expectForecast(program, overrides)
  }

  @Test("and so is that of a run in many dimensions")
  func wide() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let mean = [String](repeating: "0", count: 20_000).joined(separator: ", ")
    try program.write(
      "c.yaml",
      """
      particles: 300
      process: {kind: variance-exploding}
      models: {q: {kind: gaussian, mean: [\(mean)], standard_deviation: 1}}
      target: {annealed: {model: q, inverse_temperature: 1.1}}
      sampler: {steps: 3}
      """)
    try expectForecast(program, [])
  }

  /// Seen to catch: buffers of OpenBLAS that were counted and not used.
  @Test("and so is that of a network's")
  func network() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    var fixture = NetworkFixture()
    fixture.metadata["width"] = "512"
    fixture.metadata["dimensions"] = "64"
    fixture.metadata["minimum_noise_level"] = "1e-5"
    fixture.metadata["maximum_noise_level"] = "3000"
    fixture.tensors = [
      ("embedding.labels.weight", [4, 2]), ("input.weight", [512, 67]), ("input.bias", [512]),
      ("output.weight", [64, 512]), ("output.bias", [64]),
    ]
    try fixture.bytes.write(to: program.folder.appendingPathComponent("n.safetensors"))
    try program.write(
      "c.yaml",
      """
      seed: 1
      particles: 20000
      process: {kind: variance-exploding, sigma_min: 0.01, sigma_max: 50}
      models:
        q: {kind: mlp, file: n.safetensors}
      target: {annealed: {model: q, inverse_temperature: 1.1}}
      sampler: {steps: 3}
      """)
    try expectForecast(program, [])
  }

  private static let measuring = """
    import resource, subprocess, sys
    status = subprocess.run(sys.argv[1:]).returncode
    print(1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    sys.exit(status)
    """

  private func expectForecast(_ program: CommandLineProgram, _ overrides: [String]) throws {
    let plan = try program.run(["check", "c.yaml", "--threads", "2"] + overrides)
    let line = try #require(plan.output.split(separator: "\n").first { $0.hasPrefix("memory") }, "\(plan)")
    let forecast = try #require(Double(line.split(separator: " ")[1]), "\(line)")
    // What the system counted for the whole process: the summary's own figure is from before the report.
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.currentDirectoryURL = program.folder
    process.arguments =
      [
        "python3", "-c", Self.measuring, CommandLineProgram.executable.path, "run", "c.yaml", "--threads",
        "2",
      ]
      + ["--output", "out", "--progress", "none"] + overrides
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let peak = try #require(Int(text.split(separator: "\n").last ?? ""), "\(text)")
    let ratio = Double(peak) / (forecast * 1e6)
    print("memory: \(Double(peak) / 1e6) MB of \(forecast) MB, \(ratio)")
    #expect(ratio <= 1 && ratio > 0.75, "\(Double(peak) / 1e6) MB where \(forecast) MB were forecast")
  }
}
