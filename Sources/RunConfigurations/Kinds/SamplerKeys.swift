import FeynmanKac

/// A key that sets a property of the sampler. Its default is the sampler's own.
struct SamplerKey: AnyKey {
  let field: SettingField
  /// Sets the property as checked settings say.
  let apply: @Sendable (Setting, inout Sampler) throws(SettingFailure) -> Void

  /// The sampler that is meant where a config says nothing.
  static let standard = Sampler(process: FlowMatching(), target: Target(terms: []))

  /// - Parameter path: The property's name for messages, from that of the section, where it is not the key's.
  init<Value>(
    _ name: String, _ shape: TypedShape<Value>, _ property: WritableKeyPath<Sampler, Value> & Sendable,
    _ summary: String, called path: String? = nil
  ) {
    let key = Key(
      name, shape, .byDefault(Self.standard[keyPath: property]), summary, property: path)
    field = key.field
    apply = { settings, sampler throws(SettingFailure) in
      sampler[keyPath: property] = try key.value(in: settings)
    }
  }

  /// A key for a property that is nil where it is left out.
  init<Value>(
    _ name: String, _ shape: TypedShape<Value>,
    optional property: WritableKeyPath<Sampler, Value?> & Sendable, _ summary: String,
    called path: String? = nil
  ) {
    let key = OptionalKey(name, shape, summary, property: path)
    field = key.field
    apply = { settings, sampler throws(SettingFailure) in
      sampler[keyPath: property] = key.value(in: settings)
    }
  }
}

/// The keys of the section `sampler`. A new one is a line here, and in `all` where the config shall have it.
enum SamplerKeys {
  static let start = SamplerKey(
    "start", .choice, optional: \.start,
    "The first particles' distribution; exact where every model has a log density, else fitted.")
  static let steps = SamplerKey(
    "steps", .stepCount, \.stepCount, "Steps from noise to data; auto: a pilot finds how many.")
  static let grid = SamplerKey(
    "grid", .choice, optional: \.statedGrid,
    "Where the steps lie: uniform in log v, in t, as Karras et al. 2022 place them, or where a pilot finds the path hard; "
      + "log-snr, or auto where steps is.", called: "steps.grid")
  static let control = SamplerKey(
    "control", .choice, \.control,
    "The drift that is fitted at each step so that the weights vary least.")

  /// The keys in the order in which the section lists them. The grid is set after the steps, on which its default depends.
  static let all: [SamplerKey] = [
    SamplerKey("scheme", .choice, \.scheme, "How a step moves the particles."),
    steps,
    grid,
    SamplerKey(
      "tolerance", .number(.positive), \.tolerance,
      "What auto may leave as step-size error of log Z, in standard errors of log Z."),
    SamplerKey(
      "noise_scale", .noiseScale, \.noiseScale,
      "c: 0 is the probability-flow ODE; tempered is c² = 1/A; auto: a pilot chooses."),
    control,
    start,
    SamplerKey("start_time", .number(.fraction), \.startTime, "t of the first particles."),
    SamplerKey("end_time", .number(.fraction), \.endTime, "t of the last."),
    SamplerKey(
      "maximum_noise_level", .number(.positive), \.maximumNoiseLevel,
      "v at the start where the process has none that is finite."),
    SamplerKey(
      "minimum_noise_level", .number(.positive), \.minimumNoiseLevel,
      "v at the end where the process has 0."),
    SamplerKey(
      "denoise", .choice, \.denoising,
      "Half takes out the noise that is left at the end, to first order.", called: "denoising"),
    SamplerKey(
      "rejuvenation", .rejuvenation, optional: \.rejuvenation,
      "Moves at a level, after its step and resampling, which leave the composed density there as it is; none where it is left out."
    ),
    SamplerKey(
      "on_failure", .failureRule, \.onFailure,
      "What becomes of a particle about which a model or the reward answers no finite number: stop ends the run; drop, or {drop: share}, takes it its "
        + "weight, unless an island has lost more than that share so, 0.01 by default."),
    SamplerKey(
      "step_size_error", .stepSizeError, \.stepSizeError,
      "How the error of the step size is found: doubling, by a run of twice the step length beside all particles, half as many "
        + "evaluations again; {method: doubling, share: 0.1}, by a pair of small runs beside the run; auto, such a pair wherever "
        + "that can be, 6 % more evaluations; none."),
    SamplerKey(
      "plain_samples", .choice, \.plainSamples,
      "Plain samples of models that are no mixtures, 10 % of the particles with half the steps, before the run: they choose the path "
        + "and find mass that the run missed."),
  ]
}

/// The keys of the section `resampling`.
enum ResamplingKeys {
  static let window = SamplerKey(
    "window", .window, \.resampling.window, "In progress, 0 at noise and 1 at data: [from, to].")

  static let all: [SamplerKey] = [
    SamplerKey(
      "scheme", .resampler, \.resampling.resampler, "How parents are drawn.",
      called: "resampler"),
    SamplerKey(
      "ess_threshold", .number(.fraction), \.resampling.threshold,
      "Resample where ESS/N falls below it; 1 is every step, 0 never.", called: "threshold"),
    window,
  ]
}

// MARK: - Shapes of their own

/// A number of steps, or that a pilot finds one.
enum StepCount {
  case given(Int)
  case automatic
}

extension Sampler {
  fileprivate var stepCount: StepCount {
    get { steps.number.map { .given($0) } ?? .automatic }
    set {
      switch newValue {
      case .given(let count): steps = .count(count)
      case .automatic: steps = .automatic()
      }
    }
  }

  /// The grid; nil for the one that goes with the choice of steps.
  fileprivate var statedGrid: StepGrid? {
    get { steps.grid }
    set {
      guard let newValue else { return }
      steps = steps.number.map { .count($0, newValue) } ?? .automatic(newValue)
    }
  }
}

extension TypedShape where Value == StepCount {
  fileprivate static var stepCount: Self {
    Self(
      .either([.wholeNumber(1...10_000_000), .choice(["auto"])]),
      words: { [SwiftWord(word: "auto", swift: ".automatic()")] },
      read: { setting in setting.wholeNumber.map { .given(Int(clamping: $0)) } ?? .automatic },
      write: { steps in
        switch steps {
        case .given(let count): .wholeNumber(UInt64(clamping: count))
        case .automatic: .text("auto")
        }
      })
  }
}

extension TypedShape where Value == Sampler.NoiseScale {
  fileprivate static var noiseScale: Self {
    let schedule = TypedShape<Schedule>.schedule(.nonNegative)
    guard case .either(let shapes) = schedule.shape else { preconditionFailure("a schedule has two shapes") }
    return Self(
      .either(shapes + [.choice(["tempered", "auto"])]),
      words: {
        [SwiftWord(word: "tempered", swift: ".tempered"), SwiftWord(word: "auto", swift: ".automatic")]
      },
      read: { setting in
        switch setting.text {
        case "tempered": .tempered
        case "auto": .automatic
        default: schedule.read(setting).map { .scheduled($0) }
        }
      },
      write: { scale in
        switch scale {
        case .tempered: .text("tempered")
        case .automatic: .text("auto")
        case .scheduled(let values): schedule.write(values)
        }
      })
  }
}

extension TypedShape where Value == StepSizeError.Method {
  /// A word, or doubling with its share of the particles.
  fileprivate static var stepSizeError: Self {
    let method = Key("method", .choice(["doubling"]), .required, "A run of twice the step length.")
    let share = OptionalKey(
      "share", .number(.fraction), "Of the particles: 1, or below it in runs of their own.")
    return Self(
      .either([.choice(["none", "auto", "doubling"]), .record(RecordShape(keys: [method, share]))]),
      words: {
        [
          SwiftWord(word: "none", swift: ".none"), SwiftWord(word: "auto", swift: ".automatic"),
          SwiftWord(word: "doubling", swift: ".doubling()"),
        ]
      },
      read: { setting in
        switch setting.text {
        // `.none` alone would be no value.
        case "none": StepSizeError.Method.none
        case "auto": .automatic
        case "doubling": .doubling()
        default: .doubling(share: share.value(in: setting) ?? 1)
        }
      },
      write: { method in
        switch method {
        case .none: .text("none")
        case .automatic: .text("auto")
        case .doubling(share: 1): .text("doubling")
        case .doubling(let share):
          .mapping([
            .init(key: "method", value: .text("doubling")), .init(key: "share", value: .number(share)),
          ])
        }
      })
  }
}

extension TypedShape where Value == any Resampler {
  fileprivate static var resampler: Self {
    Self(
      .either([.choice(ResamplingScheme.words), .record(RecordShape(keys: [FunctionKeys.name]))]),
      words: {
        ResamplingScheme.allCases.map {
          SwiftWord(word: $0.rawValue, swift: "\(type(of: $0.resampler))")
        }
      },
      read: { setting in
        if let word = setting.text { return ResamplingScheme(rawValue: word)?.resampler }
        return (try? FunctionKeys.name.value(in: setting)).map { NamedResampler(function: $0) }
      },
      write: { .text($0.name) })
  }
}

extension TypedShape where Value == ClosedRange<Double> {
  /// Two fractions, the first not after the second, which `checkWindow` sees to.
  fileprivate static var window: Self {
    Self(
      .list(.number(.fraction)),
      read: { setting in
        guard let ends = setting.numbers, ends.count == 2, ends[0] <= ends[1] else { return nil }
        return ends[0]...ends[1]
      },
      write: { .list([.number($0.lowerBound), .number($0.upperBound)]) })
  }
}

extension TypedShape where Value == Sampler.GeneratorKind {
  static var generator: Self {
    Self(
      .choice(Generators.names),
      words: { Generators.names.map { SwiftWord(word: $0, swift: Generators.constant($0)) } },
      read: { $0.text.map(Generators.generator) },
      write: { .text(Generators.name($0)) })
  }
}

extension TypedShape where Value == Sampler.FailureRule {
  fileprivate static var failureRule: Self {
    let share = OptionalKey("drop", .number(.fraction), "The most of its weight that an island may lose.")
    return Self(
      .either([.choice(["stop", "drop"]), .record(RecordShape(keys: [share]))]),
      words: { [SwiftWord(word: "stop", swift: ".stop"), SwiftWord(word: "drop", swift: ".drop()")] },
      read: { setting in
        switch setting.text {
        case "stop": .stop
        case "drop": .drop()
        default: share.value(in: setting).map { .drop(share: $0) }
        }
      },
      write: { rule in
        switch rule {
        case .stop: .text("stop")
        case .drop(0.01): .text("drop")
        case .drop(let bound): .mapping([.init(key: share.name, value: .number(bound))])
        }
      })
  }
}
