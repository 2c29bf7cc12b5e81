import FeynmanKac
import ScoreNetworks

/// What configs may name, sort by sort, for `fkc info` and the reference of the config.
package enum Catalog {
  /// All kinds of one sort.
  package struct Sort {
    /// A plural, such as `processes`.
    package let name: String
    /// Where a config names one.
    let place: String
    package let kinds: [(name: String, summary: String)]
    /// Whether they are words without keys of their own.
    let isOfWords: Bool

    init(
      _ name: String, at place: String, _ kinds: [(name: String, summary: String)], isOfWords: Bool = false
    ) {
      self.name = name
      self.place = place
      self.kinds = kinds
      self.isOfWords = isOfWords
    }

    init<Context, Made>(_ name: String, at place: String, _ registry: Registry<Context, Made>) {
      self.init(name, at: place, registry.kinds.map { ($0.name, $0.summary) })
    }

    init<Choice: DescribedChoice>(_ name: String, at place: String, _ choice: Choice.Type) {
      self.init(name, at: place, choice.allCases.map { ($0.rawValue, $0.summary) }, isOfWords: true)
    }
  }

  package static var sorts: [Sort] {
    [
      Sort("models", at: "models.NAME.kind", Models.registry),
      Sort("predictions", at: "models.NAME.prediction", PredictionName.self),
      Sort("noise_inputs", at: "models.NAME.noise_input", NoiseInput.self),
      Sort("processes", at: "process.kind", Processes.registry),
      Sort("schedules", at: "process.schedule", SignalSchedules.registry),
      Sort("beta_schedules", at: "process.schedule", BetaSchedules.registry),
      Sort("time_zeros", at: "process.time_zero", TimeZero.self),
      Sort("targets", at: "target", Compositions.kinds.map { ($0.name, $0.field.summary) }),
      Sort("rewards", at: "target.reward.kind", Rewards.registry),
      Sort("reward_places", at: "target.reward.at", RewardKeys.Place.self),
      Sort("jacobians", at: "target.reward.jacobian", RewardPoint.Jacobian.self),
      Sort("schemes", at: "sampler.scheme", Sampler.Scheme.self),
      Sort("grids", at: "sampler.grid", Sampler.StepGrid.self),
      Sort("controls", at: "sampler.control", Sampler.Control.self),
      Sort("starts", at: "sampler.start", Sampler.Start.self),
      Sort("rejuvenation", at: "sampler.rejuvenation.kind", Rejuvenations.registry),
      Sort("denoising", at: "sampler.denoise", Sampler.Denoising.self),
      Sort("plain_samples", at: "sampler.plain_samples", Sampler.PlainSampling.self),
      Sort("corrections", at: "correction", Sampler.Correction.self),
      Sort("resampling_schemes", at: "resampling.scheme", ResamplingScheme.self),
      Sort("sample_forms", at: "output.samples", OutputKeys.Samples.self),
      Sort("formats", at: "output.formats", SampleFormat.self),
      Sort("generators", at: "rng", Generators.names.map { ($0, Generators.summary($0)) }, isOfWords: true),
    ]
  }

  /// The kinds of models whose library is not here.
  package static var missingModels: [String] {
    Models.registry.kinds.filter { $0.needs?.isInstalled == false }.map(\.name)
  }
}
