import Foundation
import Testing

/// The JSON Schema against the checks of `fkc` itself, by an independent validator where Python has one.
@Suite struct SchemaTests {
  /// Validates documents against a schema; prints one word a document.
  private static let validator = """
    import json, sys, jsonschema
    schema, documents = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    print(" ".join("good" if check.is_valid(d) else "bad" for d in documents))
    """

  private static let hasValidator: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", "import jsonschema"]
    process.standardError = FileHandle.nullDevice
    try? process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  /// JSON is YAML, so each of these goes to both.
  static let documents: [(isGood: Bool, json: String)] = {
    let models = #""models": {"a": {"kind": "gaussian", "mean": [0.0], "standard_deviation": 1.0}}"#
    let process = #""process": {"kind": "karras"}"#
    let target = #""target": {"annealed": {"model": "a", "inverse_temperature": 2.0}}"#
    func config(_ rest: String...) -> String {
      "{\"particles\": 10, \"output\": {\"directory\": \"o\"}, \(rest.joined(separator: ", "))}"
    }
    func rewarded(_ reward: String) -> String {
      let annealed = #""annealed": {"model": "a", "inverse_temperature": 2.0}"#
      return config(process, models, "\"target\": {\(annealed), \"reward\": \(reward)}")
    }
    let linear = #"{"kind": "linear", "coefficients": [1.5]}"#
    return [
      (true, rewarded(linear)),
      (true, rewarded(#"{"kind": "near", "of": \#(linear), "value": 2, "standard_deviation": 0.5}"#)),
      (
        true,
        rewarded(
          #"{"kind": "all_of", "rewards": [{"kind": "log_sigmoid", "of": \#(linear), "width": -2}, "#
            + #"{"kind": "all_of", "rewards": [{"kind": "log_sigmoid", "of": \#(linear)}]}], "#
            + #""at": "denoised", "jacobian": "finite-difference", "scale": {"from": 0, "to": 1}}"#)
      ),
      (
        true,
        rewarded(
          #"{"kind": "measurement", "matrix": [[2.0]], "observation": [1], "standard_deviation": 0.1}"#)
      ),
      (
        false, rewarded(#"{"kind": "measurement", "observation": [1], "standard_deviation": 0.1}"#)
      ),
      (false, rewarded(#"{"kind": "all_of", "rewards": [\#(linear)]}"#)),
      (false, rewarded(#"{"kind": "near", "of": {"kind": "linear"}, "value": 2, "standard_deviation": 1}"#)),
      (
        false,
        rewarded(
          #"{"kind": "near", "of": {"kind": "linear", "coefficients": [1], "at": "state"}, "value": 2, "#
            + #""standard_deviation": 1}"#)
      ),
      (true, config(process, models, target)),
      (true, config(process, models, #""target": {"product": {"a": {"from": 1, "to": 2}}}"#)),
      (true, config(process, models, #""target": {"log_linear": [{"model": "a", "exponent": 2}]}"#)),
      (true, config(process, models, target, #""sampler": {"steps": 300, "noise_scale": "tempered"}"#)),
      (
        true,
        config(process, models, target, #""sampler": {"steps": 300, "noise_scale": {"from": 2, "to": 1}}"#)
      ),
      (
        true,
        config(
          process, models,
          #""target": {"guided": {"unconditional": "a", "conditional": "a", "scale": 1, "projection": {"parallel": 0.1, "momentum": -0.5}, "alignment_threshold": 0.9}}"#
        )
      ),
      (
        false,
        config(
          process, models,
          #""target": {"guided": {"unconditional": "a", "conditional": "a", "scale": 1, "projection": {"norm_threshold": 0}}}"#
        )
      ),
      (
        false,
        config(
          process, models,
          #""target": {"guided": {"unconditional": "a", "conditional": "a", "scale": 1, "alignment_threshold": 1.1}}"#
        )
      ),
      (true, config(#""process": {"kind": "variance-preserving"}"#, models, target)),
      (
        true,
        config(
          #""process": {"kind": "variance-preserving", "schedule": "cosine", "offset": 0.01}"#, models, target
        )
      ),
      (true, config(#""process": {"kind": "ddpm", "zero_terminal_snr": true}"#, models, target)),
      (false, config(#""process": {"kind": "ddpm", "zero_terminal_snr": "true"}"#, models, target)),
      (false, config(#""process": {"kind": "ddpm", "zero_terminal_snr": 1}"#, models, target)),
      (
        true,
        config(
          #""process": {"kind": "ddpm", "schedule": "scaled_linear", "beta_end": 0.012, "timesteps": 100}"#,
          models,
          target)
      ),
      (
        false,
        config(
          #""process": {"kind": "ddpm", "schedule": "squaredcos_cap_v2", "beta_end": 0.012}"#, models, target)
      ),
      (true, config(#""process": {"kind": "tabulated", "betas": [0.1, 0.2, 0.3]}"#, models, target)),
      (
        true,
        config(
          #""process": {"kind": "tabulated", "signal": [0.1, 0.5, 1], "noise": [1, 1, 1], "time_zero": "noise"}"#,
          models, target)
      ),
      (false, config(#""process": {"kind": "tabulated", "signal": [1, 0.5, 0.1]}"#, models, target)),
      (false, config(#""process": {"kind": "tabulated", "times": [0, 0.5, 1]}"#, models, target)),
      (
        false,
        config(
          #""process": {"kind": "tabulated", "betas": [0.1, 0.2, 0.3], "alphas_cumprod": [0.9, 0.5, 0.1]}"#,
          models,
          target)
      ),
      (false, config(#""process": {"kind": "tabulated", "betas": [0.1, 0.2, 1.3]}"#, models, target)),
      (
        true,
        config(
          process, target,
          #""models": {"a": {"kind": "gaussian-mixture", "means": [[0.0]], "standard_deviations": [[1.0]]}}"#)
      ),
      (false, config(process, models)),
      (false, config(process, models, target, #""colour": 1"#)),
      (false, config(process, models, #""target": {"anealed": {"model": "a", "inverse_temperature": 2.0}}"#)),
      (
        false,
        config(
          process, models,
          #""target": {"annealed": {"model": "a", "inverse_temperature": 2.0}, "product": {"a": 1.0}}"#)
      ),
      (false, config(process, models, #""target": {"annealed": {"model": "a", "inverse_temperature": 0}}"#)),
      (false, config(process, models, target, #""sampler": {"steps": 0}"#)),
      (false, config(process, models, target, #""sampler": {"steps": 1.5}"#)),
      (false, config(process, models, target, #""sampler": {"noise_scale": -1}"#)),
      (false, config(process, models, target, #""seed": "7""#)),
      (false, config(process, models, target, #""correction": "magic""#)),
      (true, config(process, models, target, #""checkpoint": {"every_steps": 1}"#)),
      (true, config(process, models, target, #""checkpoint": {"every_seconds": 0.5}"#)),
      (false, config(process, models, target, #""checkpoint": {"every_steps": 1, "every_seconds": 2}"#)),
      (false, config(process, models, target, #""checkpoint": {}"#)),
      (false, config(#""process": {"kind": "variance-preserving", "offset": 0.01}"#, models, target)),
      (false, config(#""process": {"kind": "karras", "beta_min": 0.01}"#, models, target)),
      (false, config(process, target, #""models": {"a": {"kind": "mlp"}}"#)),
      (false, config(process, target, #""models": {}"#)),
      (
        false,
        config(
          process, target, #""models": {"a": {"kind": "gaussian-mixture", "file": "x", "means": [[0.0]]}}"#)
      ),
    ]
  }()

  @Test("fkc accepts the good documents and refuses the bad ones")
  func ownChecks() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    for (isGood, json) in Self.documents {
      try program.write("c.yaml", json)
      let outcome = try program.run("check", "c.yaml")
      #expect((outcome.status == 0) == isGood, "\(json): \(outcome.errors)")
    }
  }

  @Test("the schema is sound and judges the same documents alike", .enabled(if: hasValidator))
  func independentValidator() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let schema = try program.run("schema")
    #expect(schema.status == 0)
    try program.write("schema.json", schema.output)
    try program.write("documents.json", "[\(Self.documents.map(\.json).joined(separator: ",\n"))]")
    try program.write("validate.py", Self.validator)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "validate.py", "schema.json", "documents.json"]
    process.currentDirectoryURL = program.folder
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let verdicts = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(
      verdicts.split(separator: "\n").first.map(String.init)
        == Self.documents.map { $0.isGood ? "good" : "bad" }.joined(separator: " "))
  }
}
