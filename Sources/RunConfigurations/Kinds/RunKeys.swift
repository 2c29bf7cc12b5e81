import FeynmanKac

/// The keys of the config itself.
enum RunKeys {
  static let seed = Key(
    "seed", .wholeNumber(0...UInt64.max), .byDefault(0), "The same seed gives the same bytes; 0 is a seed.")
  static let particles = Key(
    "particles", .count(1...0x7FFF_FFFF), .required, "The number of particles, over all islands.")
  static let islands = Key(
    "islands", .islands, .byDefault(IslandSetting(count: 1)),
    "Independent groups of particles; their number divides particles. From 8 on their spread gives the standard error. A mapping has whole islands "
      + "resampled.")
  static let process = Key(
    "process", .record(Processes.registry.record), .required,
    "The noise process, whose times count the steps.", property: "sampler.process")
  static let models = Key(
    "models", .any(.named("models", .record(Models.record))), .required,
    "The pretrained models, by names of your own.", property: "target.terms[*]")
  static let target = Key(
    "target", .record(TargetKeys.record), .required,
    "What to sample: exactly one composition, and a reward if wanted.")
  static let sampler = Key(
    "sampler", .record(RecordShape(keys: SamplerKeys.all)), .byDefault(.mapping([])),
    "How particles move from noise to data.")
  static let correction = SamplerKey(
    "correction", .choice, \.correction,
    "What repairs the difference between the composed noised models and the noised composition.",
    called: "sampler.correction")
  static let resampling = Key(
    "resampling", .record(RecordShape(keys: ResamplingKeys.all)), .byDefault(.mapping([])),
    "When to resample, and how.", property: "sampler.resampling")
  static let checkpoint = OptionalKey(
    "checkpoint", .record(CheckpointKeys.record),
    "How often the state of the run is stored, for --resume to go on from; where this key is missing, as often as takes 2 % of its time, and no more than once a second.",
    property: "checkpoints")
  static let generator = SamplerKey(
    "rng", .generator, \.generator, "The source of random numbers.", called: "sampler.generator")
  static let output = Key(
    "output", .record(OutputKeys.record), .byDefault(.mapping([])),
    "Where results go, and in what form.", property: "")

  static let all: [any AnyKey] = [
    seed, particles, islands, process, models, target, sampler, correction, resampling, checkpoint,
    generator, output,
  ]
}

/// The keys of the section `target`.
enum TargetKeys {
  static let reward = OptionalKey(
    "reward", .record(RewardKeys.record), "Tilts the composition by e^(λ r).")

  static let path = Key(
    "path", .exponentPath, .byDefault(Target(terms: []).path),
    "How exponents come to their numbers: constant along the path; late, from an easy composition, once the noise is as small as "
      + "the data, or as {late: v}; auto.")

  static let record = RecordShape(keys: Compositions.kinds + [reward, path], groups: Compositions.groups)
}

extension TypedShape where Value == ExponentPath {
  /// A word, or a noise level with its own.
  fileprivate static var exponentPath: Self {
    let level = OptionalKey(
      "late", .number(.positive), "v, in squared data units, below which exponents move.")
    return Self(
      .either([.choice(["constant", "late", "auto"]), .record(RecordShape(keys: [level]))]),
      words: {
        [
          SwiftWord(word: "constant", swift: ".constant"), SwiftWord(word: "late", swift: ".late()"),
          SwiftWord(word: "auto", swift: ".automatic"),
        ]
      },
      read: { setting in
        switch setting.text {
        case "constant": .constant
        case "auto": .automatic
        case "late": .late()
        default: .late(below: level.value(in: setting))
        }
      },
      write: { path in
        switch path {
        case .constant: .text("constant")
        case .automatic: .text("auto")
        case .late(nil): .text("late")
        case .late(let below?): .mapping([.init(key: level.name, value: .number(below))])
        }
      })
  }
}
