import Testing

/// Faults in what a well-spelt config means: models, targets, samplers, files, options.
@Suite struct ConfigurationMeaningTests {
  static let cases: [ConfigurationFaultCase] = [
    // Targets.
    .init(
      "two targets", [9: "  product: {a: 1.0}\n  annealed: {model: a, inverse_temperature: 2}"],
      "c.yaml:10: target: product and annealed exclude each other; "
        + "give exactly one of \(KnownWords.targets)"),
    .init(
      "a reward and no target", [9: "  reward: {kind: linear, coefficients: [1, 2]}"],
      "c.yaml:8: target: nothing is given of \(KnownWords.targets); give exactly one"),
    .init(
      "an empty target", [9: ""],
      "c.yaml:8: target: found nothing; give a mapping with \(KnownWords.targets), reward, path"),
    .init(
      "an unknown model in a product", [9: "  product: {aa: 1.0, b: 0.5}"],
      "c.yaml:9: target.product.aa: no model is called 'aa'; did you mean 'a'?"),
    .init(
      "an unknown model with nothing near", [9: "  annealed: {model: zebra, inverse_temperature: 2}"],
      "c.yaml:9: target.annealed.model: no model is called 'zebra'; the models are a, b"),
    .init(
      "a name of one letter, of which nothing is left", [9: "  annealed: {model: c, inverse_temperature: 2}"],
      "c.yaml:9: target.annealed.model: no model is called 'c'; the models are a, b"),
    .init(
      "an unknown model in a list",
      [9: "  log_linear:\n  - {model: a, exponent: 1}\n  - {model: bb, exponent: {from: 1, to: 2}}"],
      "c.yaml:11: target.log_linear.1.model: no model is called 'bb'; did you mean 'b'?"),
    .init(
      "an unknown model in guidance", [9: "  guided: {unconditional: a, conditional: bb, scale: 2}"],
      "c.yaml:9: target.guided.conditional: no model is called 'bb'; did you mean 'b'?"),
    .init(
      "models of different dimensions", [6: "  a: {kind: gaussian, mean: [0.0], standard_deviation: 1.0}"],
      "c.yaml:8: target: model 'b' has 2 dimensions, 'a' has 1; give models of one dimension"),
    .init(
      "a reward of other dimensions than the models",
      [9: "  product: {a: 1.0, b: 0.5}\n  reward: {kind: linear, coefficients: [1.0, 2.0, 3.0]}"],
      "c.yaml:10: target.reward: the reward has 3 dimensions, the models have 2; give the same"),
    .init(
      "a precision of another length than the center",
      [9: "  product: {a: 1.0, b: 0.5}\n  reward: {kind: quadratic, center: [1.0, 2.0], precision: [1.0]}"],
      "c.yaml:10: target.reward.precision: has length 1; center has length 2, give a number or as many"),
    .init(
      "a key of another reward",
      [
        9:
          "  product: {a: 1.0}\n  reward: {kind: quadratic, coefficients: [1, 2], center: [1, 2], precision: 1}"
      ],
      "c.yaml:10: target.reward.coefficients: belongs to kind: linear, network; remove it or change kind"),
    .init(
      "exponents that sum to less than 0", [9: "  product: {a: 1.0, b: -2.0}"],
      "c.yaml:8: target: the exponents sum to -1.0 at t = 1.0; the sum must stay above 0, "
        + "or the noised target cannot be normalised"),
    .init(
      "exponents that sum to 0 at the end of the path", [9: "  product: {a: 1.0, b: {from: 1.0, to: -1.0}}"],
      "c.yaml:8: target: the exponents sum to 0.0 at t = 0.0; the sum must stay above 0, "
        + "or the noised target cannot be normalised"),
    .init(
      "a negative inverse temperature", [9: "  annealed: {model: a, inverse_temperature: -1.0}"],
      "c.yaml:9: target.annealed.inverse_temperature: found '-1.0'; give a number above 0"),

    // Models.
    .init(
      "weights that do not sum to 1",
      [
        7:
          "  b: {kind: gaussian-mixture, means: [[0, 1], [2, 3]], weights: [0.25, 0.5], standard_deviations: 1}"
      ],
      "c.yaml:7: models.b.weights: sum to 0.75; give positive numbers that sum to 1 within 1e-6"),
    .init(
      "a negative weight",
      [
        7:
          "  b: {kind: gaussian-mixture, means: [[0, 1], [2, 3]], weights: [-0.25, 1.25], standard_deviations: 1}"
      ],
      "c.yaml:7: models.b.weights.0: found '-0.25'; give a number above 0"),
    .init(
      "fewer weights than means",
      [7: "  b: {kind: gaussian-mixture, means: [[0, 1], [2, 3]], weights: [1], standard_deviations: 1}"],
      "c.yaml:7: models.b.weights: 1 entries; there are 2 means"),
    .init(
      "ragged means", [7: "  b: {kind: gaussian-mixture, means: [[0, 1], [2]], standard_deviations: 1}"],
      "c.yaml:7: models.b.means: row 2 has 1 entries; row 1 has 2"),
    .init(
      "an empty mean", [7: "  b: {kind: gaussian-mixture, means: [[]], standard_deviations: 1}"],
      "c.yaml:7: models.b.means.0: found an empty list; give a list, each item a finite number"),
    .init(
      "fewer standard deviations than means",
      [7: "  b: {kind: gaussian-mixture, means: [[0, 1], [2, 3]], standard_deviations: [1]}"],
      "c.yaml:7: models.b.standard_deviations: 1 rows; there are 2 means"),
    .init(
      "a standard deviation of 0",
      [7: "  b: {kind: gaussian-mixture, means: [[0, 1], [2, 3]], standard_deviations: [[1, 1], [1, 0]]}"],
      "c.yaml:7: models.b.standard_deviations.1.1: found '0'; give a number above 0"),
    .init(
      "a Gaussian's standard deviations of another length",
      [6: "  a: {kind: gaussian, mean: [0.0, 1.0], standard_deviation: [1.0]}"],
      "c.yaml:6: models.a.standard_deviation: has length 1; mean has length 2, give a number or as many"),
    .init(
      "a file and inline parameters", [7: "  b: {kind: gaussian-mixture, file: b.json, means: [[0, 1]]}"],
      "c.yaml:7: models.b: file and means exclude each other; give exactly one of means and standard_deviations, file"
    ),
    .init(
      "half of the inline parameters", [7: "  b: {kind: gaussian-mixture, means: [[0, 1]]}"],
      "c.yaml:7: models.b.standard_deviations: missing; it goes with means"),
    .init(
      "atoms that do not make the dimensions",
      [6: "  a: {kind: gaussian, mean: [0, 1], standard_deviation: 1, atoms: 2}"],
      "c.yaml:6: models.a.atoms: found 2, which makes 6 dimensions; the model has 2"),
    .init(
      "atoms with a centre of mass",
      [6: "  a: {kind: gaussian, mean: [1, 0, 0, 0, 0, 0], standard_deviation: 1, atoms: 2}"],
      "c.yaml:6: models.a.atoms: a mixture of atoms needs means without a centre of mass "
        + "and one standard deviation for all"),
    .init(
      "a process that ends below its start",
      [4: "process: {kind: variance-exploding, sigma_min: 3, sigma_max: 2}"],
      "c.yaml:4: process.sigma_max: found 2.0 with sigma_min 3.0; it must be larger"),

    // Samplers.
    .init(
      "islands that do not divide the particles", [3: "islands: 3"],
      "c.yaml:3: islands: 3 islands do not divide 100 particles; give a divisor of particles"),
    .init(
      "a reversed window", [12: "resampling: {window: [0.6, 0.5]}"],
      "c.yaml:12: resampling.window: found [0.6, 0.5]; the first must not be after the second"),
    .init(
      "a window of one number", [12: "resampling: {window: [0.6]}"],
      "c.yaml:12: resampling.window: has length 1; give two numbers, [from, to]"),
    .init(
      "a path that runs backwards", [10: "sampler: {start_time: 0.2, end_time: 0.5}"],
      "c.yaml:10: sampler.end_time: 0.5; give a number from 0 to below start_time"),
    .init(
      "birth-death with a trigger", [12: "resampling: {scheme: birth-death}"],
      "c.yaml:12: resampling.ess_threshold: birth-death is only right when it acts at every step; give 1"),
    .init(
      "a kernel ratio with Heun", [10: "sampler: {scheme: heun}", 11: "correction: kernel-ratio"],
      "c.yaml:11: correction: kernel-ratio needs an exponential scheme, found heun; use exponential-multistep"
    ),
    .init(
      "a density ratio without noise", [10: "sampler: {noise_scale: 0}", 11: "correction: density-ratio"],
      "c.yaml:11: correction: density-ratio needs a noise_scale above 0 along the whole path; use feynman-kac"
    ),
    .init(
      "linear control of atoms",
      [
        6: "  a: {kind: gaussian, mean: [0, 0, 0, 0, 0, 0], standard_deviation: 1, atoms: 2}",
        9: "  product: {a: 1}", 10: "sampler: {control: linear}",
      ],
      "c.yaml:10: sampler.control: linear breaks the symmetry of atoms; use radial"),
    .init(
      "an exact start without densities",
      [
        6: "  a: {kind: gaussian, mean: [0, 0, 0, 0, 0, 0], standard_deviation: 1, atoms: 2}",
        9: "  product: {a: 1}", 10: "sampler: {start: exact}",
      ],
      "c.yaml:10: sampler.start: exact needs log densities, which model 'a' does not have; use fitted"),

    // Options.
    .init(
      "--set with an unknown key", arguments: ["--set", "target.anealed=2"],
      "c.yaml:--set: target.anealed: unknown key; did you mean 'annealed'?"),
    .init(
      "--set with a bad value", arguments: ["--set", "sampler.steps=none"],
      "c.yaml:--set: sampler.steps: found 'none'; give a whole number from 1 to 10000000, or 'auto'"),
    .init(
      "--set beyond a list", arguments: ["--set", "models.b.weights.7=2"],
      "c.yaml:--set: models.b.weights.7: '7' is no index of this list; give 0 to 1"),
    .init(
      "--set that spoils a list", arguments: ["--set", "models.b.weights.0=0.2"],
      "c.yaml:--set: models.b.weights: sum to 0.95; give positive numbers that sum to 1 within 1e-6"),
    .init(
      "--set with broken YAML", arguments: ["--set", "target={a"],
      "c.yaml:--set: target: not YAML: did not find expected ',' or '}' while parsing a flow mapping"),
    .init(
      "--set that contradicts the file", arguments: ["--set", "islands=7"],
      "c.yaml:--set: islands: 7 islands do not divide 100 particles; give a divisor of particles"),
    .init(
      "--set that adds a second target",
      arguments: ["--set", "target.annealed={model: a, inverse_temperature: 2}"],
      "c.yaml:--set: target: product and annealed exclude each other; "
        + "give exactly one of \(KnownWords.targets)"),
    .init(
      "no folder", [13: ""],
      "c.yaml:1: output.directory: missing or no path; give the path of a folder, here or by --output"),
    .init(
      "an output below a file", arguments: ["--output", "c.yaml/sub"], status: 73,
      "fkc: c.yaml/sub: c.yaml is not a folder"),
  ]

  @Test(
    "a config's contradiction is named at the setting that has it, and nothing is written", arguments: cases)
  func fault(_ fault: ConfigurationFaultCase) throws { try expectFault(fault) }

  static let fileCases: [(String, String)] = [
    (
      "{\n\"means\": [[NaN, 0.0]], \"standard_deviations\": 1.0}",
      "line 2: found NaN; give a finite number"
    ),
    ("{\"means\": [[1e999]], \"standard_deviations\": 1.0}", "line 1: found 1e999; give a finite number"),
    ("{\"means\": [[0.0, 1.0", "line 1: is not JSON: found the end where ',' or ']' should be"),
    (
      "{\"means\": [[0.0, 1.0], [2.0]], \"standard_deviations\": 1}",
      "means: row 2 has 1 entries; row 1 has 2"
    ),
    (
      "{\"standard_deviations\": 1}",
      "means: missing; give means [[number]], standard_deviations (a number, [number] or [[number]]) "
        + "and weights [number]"
    ),
    (
      "{\"means\": [[0.0, \"x\"]], \"standard_deviations\": 1}",
      "means.0.1: not of the right type; give means [[number]], standard_deviations (a number, [number] "
        + "or [[number]]) and weights [number]"
    ),
    (
      "{\"means\": [[0], [1]], \"weights\": [0.5, 0.4], \"standard_deviations\": [1, 2]}",
      "weights: sum to 0.9; give positive numbers that sum to 1 within 1e-6"
    ),
  ]

  @Test("a model file's mistake is named with the config's line, the file and its key", arguments: fileCases)
  func fileFault(content: String, message: String) throws {
    try expectFault(
      ConfigurationFaultCase(
        "file", [7: "  b: {kind: gaussian-mixture, file: b.json}"],
        "c.yaml:7: models.b.file: 'b.json': \(message)"),
      files: ["b.json": content])
  }

  @Test("a model file that is missing ends with 66, one that is a folder with 65")
  func missingFile() throws {
    try expectFault(
      ConfigurationFaultCase(
        "file", [7: "  b: {kind: gaussian-mixture, file: b.json}"], status: 66,
        "c.yaml:7: models.b.file: 'b.json': no such file"))
    try expectFault(
      ConfigurationFaultCase(
        "file", [7: "  b: {kind: gaussian-mixture, file: .}"],
        "c.yaml:7: models.b.file: '.': is a folder, not a file"))
  }

  @Test("a model file that changed since its sum was taken is refused")
  func changedFile() throws {
    try expectFault(
      ConfigurationFaultCase(
        "file", [7: "  b: {kind: gaussian-mixture, file: b.json, sha256: abc}"],
        "c.yaml:7: models.b.sha256: 'b.json' has changed: its SHA-256 is "
          + "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7, not abc"),
      files: ["b.json": "a\n"])
  }
}
