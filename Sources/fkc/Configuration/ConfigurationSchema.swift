import FeynmanKac

/// Every key of the config: what it may hold, what it is by default, what it does.
enum ConfigurationSchema {
  static let root = RecordShape([
    SettingField(
      "seed", .wholeNumber(0...UInt64.max), .byDefault(0), "The same seed gives the same bytes; 0 is a seed."),
    SettingField(
      "particles", .wholeNumber(1...0x7FFF_FFFF), .required, "The number of particles, over all islands."),
    SettingField(
      "islands", .wholeNumber(1...1_000_000), .byDefault(1),
      "Independent groups of particles; it divides particles. From 8 on their spread gives the standard error."
    ),
    SettingField("process", .record(process), .required, "The noise process, whose times count the steps."),
    SettingField(
      "models", .named("models", .record(model)), .required, "The pretrained models, by names of your own."),
    SettingField(
      "target", .record(target), .required, "What to sample: exactly one composition, and a reward if wanted."
    ),
    SettingField("sampler", .record(sampler), .byDefault([:]), "How particles move from noise to data."),
    SettingField(
      "correction", .choice(Sampler.Correction.allCases.map(\.rawValue)), .byDefault("feynman-kac"),
      "What repairs the difference between the composed noised models and the noised composition."),
    SettingField("resampling", .record(resampling), .byDefault([:]), "When to resample, and how."),
    SettingField(
      "checkpoint", .text("a mapping"), .refused("checkpoints are not available yet; remove this key"),
      "How often to store the state of a run."),
    SettingField("rng", .choice(Catalog.generators), .byDefault("philox"), "The source of random numbers."),
    SettingField("output", .record(output), .byDefault([:]), "Where results go, and in what form."),
  ])

  // MARK: - Processes and models

  static let process = RecordShape(
    [],
    tag: .init(
      key: "kind", summary: "The noise process.",
      variants: [
        (
          "variance-exploding",
          RecordShape([
            SettingField(
              "sigma_min", .number(.positive), .byDefault(0.01), "The noise at t = 0, in data units."),
            SettingField(
              "sigma_max", .number(.positive), .byDefault(50.0), "The noise at t = 1, in data units."),
          ])
        ),
        ("variance-preserving", signalSchedule),
        ("sub-variance-preserving", signalSchedule),
        (
          "karras",
          RecordShape([
            SettingField(
              "sigma_min", .number(.positive), .byDefault(0.002), "The noise at t = 0, in data units."),
            SettingField(
              "sigma_max", .number(.positive), .byDefault(80.0), "The noise at t = 1, in data units."),
            SettingField(
              "rho", .number(.positive), .byDefault(7.0), "The power whose root of the noise is linear in t."),
          ])
        ),
        ("flow-matching", RecordShape([])),
      ]))

  private static let signalSchedule = RecordShape(
    [],
    tag: .init(
      key: "schedule", fallback: "linear", summary: "How the signal falls.",
      variants: [
        (
          "linear",
          RecordShape([
            SettingField("beta_min", .number(.nonNegative), .byDefault(0.1), "β at t = 0."),
            SettingField("beta_max", .number(.positive), .byDefault(20.0), "β at t = 1."),
          ])
        ),
        (
          "cosine",
          RecordShape([
            SettingField("offset", .number(.nonNegative), .byDefault(0.008), "s of the cosine schedule.")
          ])
        ),
      ]))

  static let model = RecordShape(
    [
      SettingField(
        "process", .record(process), .optional, "The process that the model was trained under, if another."),
      SettingField(
        "data_standard_deviation", .number(.positive), .optional,
        "The data's standard deviation per dimension."),
      SettingField(
        "atoms", .wholeNumber(2...0x7FFF_FFFF), .optional,
        "Rows are this many atoms in three dimensions, without their centre of mass."),
      SettingField(
        "condition", .either([.wholeNumber(0...0x7FFF_FFFF), .list(.number(.any))]), .optional,
        "What a conditional network is asked for: a class, or a list of numbers; left out, the null condition."
      ),
    ],
    tag: .init(
      key: "kind", summary: "The kind of model.",
      variants: [
        ("gaussian", gaussian), ("gaussian-mixture", mixture), ("mlp", ModelFactory.networkShape),
        ("egnn", ModelFactory.networkShape), ("process", ExternalModelSchema.process),
        ("onnx", ExternalModelSchema.onnx),
      ]))

  private static let gaussian = RecordShape([
    SettingField("mean", .list(.number(.any)), .required, "[d], in data units."),
    SettingField(
      "standard_deviation", .either([.number(.positive), .list(.number(.positive))]), .required,
      "A number or [d], in data units."),
  ])

  private static let mixture = RecordShape(
    [
      SettingField("means", .list(.list(.number(.any))), .optional, "[K][d], in data units."),
      SettingField(
        "weights", .list(.number(.positive)), .optional, "[K], summing to 1 within 1e-6; equal where absent."),
      SettingField(
        "standard_deviations",
        .either([.number(.positive), .list(.number(.positive)), .list(.list(.number(.positive)))]), .optional,
        "A number, [K] or [K][d], in data units."),
      SettingField(
        "file", .path("the path of a JSON file"), .optional,
        "A JSON file with these keys; others are ignored."),
      SettingField(
        "sha256", .text("64 hexadecimal digits"), .optional, "Of the file; a file that changed is refused."),
    ],
    groups: [
      .init(required: ["means", "standard_deviations"], optional: ["weights"]),
      .init(required: ["file"], optional: ["sha256"]),
    ])

  // MARK: - Target

  static let target = RecordShape(
    [
      SettingField(
        "annealed",
        .record(
          RecordShape([
            SettingField("model", .text("the name of a model"), .required, "A name under models."),
            SettingField(
              "inverse_temperature", .schedule(.positive), .required, "β: above 1 is colder, below 1 hotter."),
          ])), .optional, "q^β."),
      SettingField(
        "product", .named("exponents", .schedule(.any)), .optional, "Π qᵢ^βᵢ, by the models' names."),
      SettingField(
        "guided",
        .record(
          RecordShape(
            [
              SettingField("unconditional", .text("the name of a model"), .required, "A name under models."),
              SettingField("conditional", .text("the name of a model"), .required, "A name under models."),
              SettingField("scale", .schedule(.any), .required, "w of q_u^(1−w) q_c^w."),
            ] + GuidanceSettings.fields)), .optional, "Classifier-free guidance as a geometric average."),
      SettingField(
        "log_linear",
        .list(
          .record(
            RecordShape([
              SettingField("model", .text("the name of a model"), .required, "A name under models."),
              SettingField("exponent", .schedule(.any), .required, "aᵢ, linear in u over the path."),
            ]))), .optional, "Π qᵢ^aᵢ, term by term."),
      SettingField("reward", .record(RewardSchema.target), .optional, "Tilts the composition by e^(λ r)."),
    ],
    groups: ["annealed", "product", "guided", "log_linear"].map { .init(required: [$0]) })

  // MARK: - Sampling and output

  static let sampler = RecordShape([
    SettingField(
      "scheme", .choice(Sampler.Scheme.allCases.map(\.rawValue)), .byDefault("exponential-multistep"),
      "How a step moves the particles."),
    SettingField(
      "steps", .either([.wholeNumber(1...10_000_000), .choice(["auto"])]), .byDefault(200),
      "Steps from noise to data; auto: a pilot finds how many."),
    SettingField(
      "grid", .choice(Sampler.StepGrid.allCases.map(\.rawValue)), .optional,
      "Where the steps lie: uniform in log v, in t, as Karras et al. 2022 place them, or where a pilot finds the path hard; "
        + "log-snr, or auto where steps is."),
    SettingField(
      "tolerance", .number(.positive), .byDefault(0.5),
      "What auto may leave as step-size error of log Z, in standard errors of log Z."),
    SettingField(
      "noise_scale",
      .either([
        .number(.nonNegative),
        .record(
          RecordShape([
            SettingField("from", .number(.nonNegative), .required, "At the start of the path, in the noise."),
            SettingField("to", .number(.nonNegative), .required, "At the end of the path, in the data."),
          ])), .choice(["tempered", "auto"]),
      ]), .byDefault(1.0), "c: 0 is the probability-flow ODE; tempered is c² = 1/A; auto: a pilot chooses."),
    SettingField(
      "control", .choice(Sampler.Control.allCases.map(\.rawValue)), .byDefault("radial"),
      "The drift that is fitted at each step so that the weights vary least."),
    SettingField(
      "start", .choice(Sampler.Start.allCases.map(\.rawValue)), .optional,
      "The first particles' distribution; exact where every model has a log density, else gaussian."),
    SettingField("start_time", .number(.fraction), .byDefault(1.0), "t of the first particles."),
    SettingField("end_time", .number(.fraction), .byDefault(0.0), "t of the last."),
    SettingField(
      "maximum_noise_level", .number(.positive), .byDefault(1e4),
      "v at the start where the process has none that is finite."),
    SettingField(
      "minimum_noise_level", .number(.positive), .byDefault(1e-5), "v at the end where the process has 0."),
    SettingField(
      "denoise", .choice(Sampler.Denoising.allCases.map(\.rawValue)), .byDefault("none"),
      "Half takes out the noise that is left at the end, to first order."),
    SettingField(
      "step_size_error", .choice(StepSizeError.Method.allCases.map(\.rawValue)), .byDefault("none"),
      "Doubling finds the error of the step size by a run of twice the step length, half as many evaluations again."
    ),
  ])

  static let resampling = RecordShape([
    SettingField(
      "scheme", .choice(Catalog.resamplingSchemes), .byDefault("killing"), "How parents are drawn."),
    SettingField(
      "ess_threshold", .number(.fraction), .byDefault(0.5),
      "Resample where ESS/N falls below it; 1 is every step, 0 never."),
    SettingField(
      "window", .list(.number(.fraction)), .byDefault([0.0, 1.0]),
      "In progress, 0 at noise and 1 at data: [from, to]."),
  ])

  static let output = RecordShape([
    SettingField(
      "directory", .path("the path of a folder"), .optional,
      "The folder of the results, relative to the config; --output wins."),
    SettingField(
      "samples", .choice(["weighted", "resampled"]), .byDefault("weighted"),
      "Weighted particles as they are, or as many equally weighted ones."),
    SettingField(
      "trajectory",
      .record(
        RecordShape([
          SettingField(
            "every_steps", .wholeNumber(1...10_000_000), .byDefault(10),
            "Steps between rows; the start and the end always have one."),
          SettingField(
            "particles", .wholeNumber(1...0x7FFF_FFFF), .byDefault(100),
            "How many slots are followed, evenly spaced over all; with all of them every lineage is complete."
          ),
        ])), .optional, "Write particles on their way, as the run goes; none where this key is missing."),
  ])
}
