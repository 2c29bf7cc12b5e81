import Testing

/// Faults in how a config is written: keys, types, ranges, YAML.
@Suite struct ConfigurationSpellingTests {
  static let cases: [ConfigurationFaultCase] = [
    // Keys.
    .init(
      "a misspelt key names the nearest", [9: "  prodct: {a: 1.0, b: 0.5}"],
      "c.yaml:9: target.prodct: unknown key; did you mean 'product'?"),
    .init(
      "every unknown key is reported, in the order of lines", [1: "seeed: 7", 3: "colour: blue"],
      "c.yaml:1: seeed: unknown key; did you mean 'seed'?",
      "c.yaml:3: colour: unknown key; the keys here are seed, particles, islands, process, models, target, sampler, "
        + "correction, resampling, checkpoint, rng, output"),
    .init(
      "a repeated key names both lines", [3: "particles: 200"],
      "c.yaml:3: particles: repeated key; it was first given on line 2"),
    .init(
      "keys repeated in several mappings, quoted or not, are all reported",
      [
        3: "\"particles\": 1",
        6: "  a: {kind: gaussian, mean: [0.0, 1.0], mean: [0.0], standard_deviation: 1.0}",
      ],
      "c.yaml:3: particles: repeated key; it was first given on line 2",
      "c.yaml:6: models.a.mean: repeated key; it was first given on line 6"),
    .init(
      "a key of another variant is told apart from an unknown one",
      [4: "process: {kind: variance-preserving, offset: 0.1}"],
      "c.yaml:4: process.offset: belongs to schedule: cosine; remove it or change schedule"),
    .init(
      "a key that is no text", [9: "  product: {[a]: 1.0}"],
      "c.yaml:9: target.product: a key is not text; give plain names"),
    .init(
      "missing keys stand at the mapping that lacks them", [2: "", 4: ""],
      "c.yaml:1: particles: missing; give a whole number from 1 to 2147483647",
      "c.yaml:1: process: missing; give a mapping with kind, one of \(KnownWords.processes)"),
    .init(
      "a misspelt key is not missing as well", [5: "modles:"],
      "c.yaml:5: modles: unknown key; did you mean 'models'?"),
    .init(
      "a misspelt kind key", [6: "  a: {knd: gaussian}"],
      "c.yaml:6: models.a.knd: unknown key; did you mean 'kind'?"),
    .init(
      "no kind", [6: "  a: {}"],
      "c.yaml:6: models.a.kind: missing; give one of \(KnownWords.models)"),

    // Whole numbers.
    .init(
      "text for a number", [2: "particles: many"],
      "c.yaml:2: particles: found 'many'; give a whole number from 1 to 2147483647"),
    .init(
      "a list for a number", [2: "particles: [1]"],
      "c.yaml:2: particles: found a list; give a whole number from 1 to 2147483647"),
    .init(
      "nothing for a number", [2: "particles:"],
      "c.yaml:2: particles: found nothing; give a whole number from 1 to 2147483647"),
    .init(
      "quotes around a number", [2: "particles: \"100\""],
      "c.yaml:2: particles: found '100'; give a whole number from 1 to 2147483647, without quotes"),
    .init(
      "a fraction for a whole number", [2: "particles: 1.5"],
      "c.yaml:2: particles: found '1.5'; give a whole number from 1 to 2147483647"),
    .init(
      "a negative number of particles", [2: "particles: -5"],
      "c.yaml:2: particles: found '-5'; give a whole number from 1 to 2147483647"),
    .init(
      "a leading zero, which YAML 1.1 reads as octal", [2: "particles: 0100"],
      "c.yaml:2: particles: found '0100'; give a whole number from 1 to 2147483647, without leading zeros"),
    .init(
      "underscores in a number", [2: "particles: 1_000"],
      "c.yaml:2: particles: found '1_000'; give a whole number from 1 to 2147483647"),
    .init(
      "a hexadecimal number", [2: "particles: 0x10"],
      "c.yaml:2: particles: found '0x10'; give a whole number from 1 to 2147483647"),
    .init(
      "a whole number beyond a float", [2: "particles: 1e999"],
      "c.yaml:2: particles: found '1e999'; give a whole number from 1 to 2147483647; "
        + "this is too large for a 64-bit float"),
    .init(
      "a seed of 65 bits", [1: "seed: 18446744073709551616"],
      "c.yaml:1: seed: found '18446744073709551616'; give a whole number from 0 to 18446744073709551615"),
    .init(
      "no steps", [10: "sampler: {steps: 0}"],
      "c.yaml:10: sampler.steps: found '0'; give a whole number from 1 to 10000000"),

    // Numbers.
    .init(
      "an infinite number", [10: "sampler: {noise_scale: .inf}"],
      "c.yaml:10: sampler.noise_scale: found '.inf'; give a number of at least 0"),
    .init(
      "a negative noise scale", [10: "sampler: {noise_scale: {from: 1, to: -1}}"],
      "c.yaml:10: sampler.noise_scale.to: found '-1'; give a number of at least 0"),
    .init(
      "NaN in a list", [6: "  a: {kind: gaussian, mean: [.nan, 1.0], standard_deviation: 1.0}"],
      "c.yaml:6: models.a.mean.0: found '.nan'; give a finite number"),
    .init(
      "a number beyond a float", [6: "  a: {kind: gaussian, mean: [1e999, 1.0], standard_deviation: 1.0}"],
      "c.yaml:6: models.a.mean.0: found '1e999'; give a finite number; this is too large for a 64-bit float"),
    .init(
      "a window outside the run", [12: "resampling: {window: [0.0, 2.0]}"],
      "c.yaml:12: resampling.window.1: found '2.0'; give a number from 0 to 1"),

    .init(
      "faults come in the order of lines, whatever the order of the checks",
      [1: "islands: 0", 3: "seed: -1"],
      "c.yaml:1: islands: found '0'; give a whole number from 1 to 1000000",
      "c.yaml:3: seed: found '-1'; give a whole number from 0 to 18446744073709551615"),

    // Words and shapes.
    .init(
      "a misspelt choice names the nearest", [10: "sampler: {scheme: exponental}"],
      "c.yaml:10: sampler.scheme: found 'exponental'; did you mean 'exponential'?"),
    .init(
      "a choice with nothing near", [11: "correction: magic"],
      "c.yaml:11: correction: found 'magic'; give one of \(KnownWords.corrections)"),
    .init(
      "a misspelt word where numbers are allowed too", [10: "sampler: {noise_scale: temperd}"],
      "c.yaml:10: sampler.noise_scale: found 'temperd'; did you mean 'tempered'?"),
    .init(
      "a list where none of the shapes is one", [10: "sampler: {noise_scale: [1]}"],
      "c.yaml:10: sampler.noise_scale: found a list; give a number of at least 0, or a mapping with from, to, "
        + "or one of tempered, auto"),
    .init(
      "a misspelt generator", [3: "rng: philux"], "c.yaml:3: rng: found 'philux'; did you mean 'philox'?"),
    .init(
      "a misspelt process of a model's own",
      [6: "  a: {kind: gaussian, mean: [0.0, 1.0], standard_deviation: 1.0, process: {kind: karas}}"],
      "c.yaml:6: models.a.process.kind: found 'karas'; did you mean 'karras'?"),
    .init(
      "an empty list", [6: "  a: {kind: gaussian, mean: [], standard_deviation: 1.0}"],
      "c.yaml:6: models.a.mean: found an empty list; give a list, each item a finite number"),
    .init(
      "a truth value for a mapping", [10: "sampler: true"],
      "c.yaml:10: sampler: found 'true'; give a mapping with scheme, steps, grid, tolerance, noise_scale, control, start, "
        + "start_time, end_time, maximum_noise_level, minimum_noise_level, denoise, rejuvenation, on_failure, step_size_error, "
        + "plain_samples"
    ),

    // YAML itself.
    .init(
      "an open brace", [9: "  product: {a: 1.0, b: 0.5"],
      "c.yaml:10: not YAML: did not find expected ',' or '}' while parsing a flow mapping"),
    .init(
      "a tab", [9: "\tproduct: {a: 1.0, b: 0.5}"],
      "c.yaml:9: not YAML: found character that cannot start any token while scanning for the next token"),

    .init(
      "no steps between checkpoints", [3: "checkpoint: {every_steps: 0}"],
      "c.yaml:3: checkpoint.every_steps: found '0'; give a whole number from 1 to 10000000"),
    .init(
      "steps and seconds between checkpoints", [3: "checkpoint: {every_steps: 10, every_seconds: 3}"],
      "c.yaml:3: checkpoint: every_steps and every_seconds exclude each other; give exactly one of every_steps, every_seconds"
    ),

    // What is not there yet.
    .init(
      "conditions",
      [6: "  a: {kind: gaussian, mean: [0.0, 1.0], standard_deviation: 1.0, condition: 3}"],
      "c.yaml:6: models.a.condition: only networks take a condition; remove this key"),
    .init(
      "a bad config outweighs a missing file", [2: "particles: 0", 6: "  a: {kind: mlp, file: x}"],
      "c.yaml:2: particles: found '0'; give a whole number from 1 to 2147483647",
      "c.yaml:6: models.a.file: 'x': no such file"),
  ]

  @Test(
    "a config's mistake is named with file, line, key and what is allowed, and nothing is written",
    arguments: cases)
  func fault(_ fault: ConfigurationFaultCase) throws { try expectFault(fault) }
}

/// Runs a faulty config and expects its messages, its status and nothing else.
func expectFault(_ fault: ConfigurationFaultCase, files: [String: String] = [:]) throws {
  let program = try CommandLineProgram()
  defer { program.remove() }
  try program.write("c.yaml", TinyConfig.text(fault.changes))
  for (name, text) in files { try program.write(name, text) }
  let before = program.entries()
  let outcome = try program.run(["run", "c.yaml"] + fault.arguments)
  #expect(outcome.errors == fault.errors.map { $0 + "\n" }.joined())
  #expect(outcome.output == "")
  #expect(outcome.status == fault.status)
  #expect(program.entries() == before)
}
