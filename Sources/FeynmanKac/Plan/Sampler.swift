/// Draws weighted samples of a target from its models' scores.
///
/// ```swift
/// let mixture = try GaussianMixture(file: "gmm40.json")
/// let sampler = Sampler(
///   process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 50),
///   target: .annealed(mixture, inverseTemperature: 2), steps: 200)
/// let result = try sampler.run(particles: 10_000, seed: 7)
/// ```
public struct Sampler: Sendable {
  /// The process whose times count steps; the path's ends come from it.
  public var process: any NoiseProcess
  /// What to sample.
  public var target: Target
  /// How many steps the path has, and where they lie.
  public var steps: Steps
  /// How a step moves the particles.
  public var scheme: Scheme = .exponentialMultistep
  /// `c(u)`, how much noise the particles get; the target is the same for all.
  public var noiseScale: NoiseScale = .scheduled(1)
  /// The drift that keeps the weights even; unused without correction.
  public var control: Control = .automatic
  /// How particles of the start are weighed; nil: exact where every model has a log density, else fitted.
  public var start: Start?
  /// `t` of the process where the path begins, from above `endTime` to 1.
  public var startTime = 1.0
  /// `t` of the process where the path ends, from 0.
  public var endTime = 0.0
  /// The path's first `v`, in squared data units, where the process has none that is finite.
  public var maximumNoiseLevel = 1e4
  /// The path's last `v`, in squared data units, where the process ends at 0.
  public var minimumNoiseLevel = 1e-5
  /// What is done about the noise that is left at the end.
  public var denoising: Denoising = .none
  /// Where the weights come from.
  public var correction: Correction = .feynmanKac
  /// When to resample, and how.
  public var resampling = ResamplingRule()
  /// When whole islands are resampled by their `Ẑ`; nil for never. It needs 8 islands or more.
  public var islandExchange: IslandExchange?
  /// What becomes of particles about which a model or the reward answers no finite number.
  public var onFailure = FailureRule.stop
  /// How particles move at a level, after its step and resampling; nil where they do not.
  public var rejuvenation: Rejuvenation?
  /// The source of random numbers.
  public var generator: GeneratorKind = .philox
  /// What a ``Pilot`` may leave as step-size error of log Z, in standard errors of log Z, above 0.
  public var tolerance = 0.5
  /// How the run finds out how far its step size leads it astray.
  public var stepSizeError = StepSizeError.Method.automatic
  /// Whether plain samples of the models choose the path and look for mass that the run missed.
  public var plainSamples = PlainSampling.automatic
  /// Which particles the observer is handed on the way; nil for none.
  public var trajectory: Trajectory?
  /// The Gaussian that each term's scores were found to have, once that is known.
  var fittedGaussians: [ModelGaussian]?
  /// What plain samples told of the data, once that is known.
  var modeSpread: ModeSpread?

  /// A sampler with the default settings. Nothing is checked before `plan` or `run`.
  ///
  /// - Parameter steps: So many, at least 1, uniform in log v.
  public init(process: some NoiseProcess, target: Target, steps: Int = 200) {
    self.init(process: process, target: target, steps: .count(steps))
  }

  /// A sampler with the default settings and steps of any kind.
  public init(process: some NoiseProcess, target: Target, steps: Steps) {
    self.process = process
    self.target = target
    self.steps = steps
  }

  /// Where the steps lie between the ends of the path.
  public enum StepGrid: String, Sendable, CaseIterable {
    /// Uniform in `u = −log v`.
    case logSignalToNoise = "log-snr"
    /// Uniform in `t` of the sampler's process.
    case time
    /// Uniform in `v^(1/2ρ)`, ρ = 7.
    case karras
    /// Short where a ``Pilot`` finds the path hard, so that each step has an equal share of the error.
    case automatic = "auto"
  }

  /// `c(u)`: 0 is the probability-flow ODE, 1 the paper's "target score".
  public enum NoiseScale: Sendable, Equatable {
    /// `c ≥ 0`, constant or linear in `u`.
    case scheduled(Schedule)
    /// `c² = 1/A(u)`, the paper's "tempered noise".
    case tempered
    /// The constant that a ``Pilot`` finds the most accurate for its cost.
    case automatic
  }

  /// The drift `θ y + b` that is fitted at each step so that the weights vary least (after Ren et al. 2025). With two or more
  /// islands each takes it from the others, which leaves `E[Ẑ] = Z`; fitted to the particles that it moves it does not.
  public enum Control: String, Sendable, CaseIterable {
    case none
    /// `θ` alone: takes out the part of the weights that pure noise would have.
    case radial
    /// `θ` and `b`; refused for atoms, whose symmetry a constant drift breaks.
    case linear
    /// `θ` for each coordinate, and `b`: exact for Gaussians whose coordinates have widths of their own. Refused for atoms, with steps
    /// that ask the models twice, and with `densityRatio`.
    case diagonal
    /// `θ`, `b`, and a number for each model's score (the composed score's, of more than three models): exact for a Gaussian of any covariance to any
    /// power. Every model is asked once more a level, for the divergence of its score. Needs an exponential scheme and `feynmanKac`;
    /// atoms have it without `b`.
    case scores
    /// A choice at each step: `diagonal` or `linear` where the particles are one population and enough to tell so many numbers, `radial` elsewhere,
    /// fitted to others than those that it moves also on a single island. Where models are probed anyway, for log densities that are carried, `scores`
    /// where that is nearly exact, else `radial`. None where a control can't be fitted, or does no good.
    case automatic = "auto"
  }

  /// How the Gaussian is weighed that particles start from.
  public enum Start: String, Sendable, CaseIterable {
    /// Weights by the composed densities at the noise; every model must have a log density.
    case exact
    /// Equally: the composition is taken to be the Gaussian that the models' own are together, each fitted to the model's scores at
    /// the noise before the run.
    case fitted
    /// Equally: the composition is taken to be a Gaussian of the noise's variance and of what models state of the data's.
    case gaussian
  }

  /// What is done about the noise that is left at the end of the path.
  public enum Denoising: String, Sendable, CaseIterable {
    case none
    /// Moves `y` half way to its denoised point, which takes the noise out to first order.
    case half
  }

  /// Which particles are written on their way.
  public typealias Trajectory = ParticleEngine.Trajectory

  /// When whole islands are resampled.
  public typealias IslandExchange = ParticleEngine.IslandExchange

  /// When to resample, and how.
  public typealias ResamplingRule = ParticleEngine.ResamplingRule

  /// The source of random numbers.
  public typealias GeneratorKind = ParticleEngine.GeneratorKind
}

// MARK: - Settings that are left open

extension Sampler {
  /// True where some setting is left to a pilot.
  public var needsPilot: Bool { choosesSteps || choosesGrid || noiseScale == .automatic }
  /// True where a pilot finds the number of steps.
  var choosesSteps: Bool { steps.number == nil }
  /// True where a pilot finds where the steps lie.
  var choosesGrid: Bool { steps.grid == .automatic }

  /// The sampler with what a pilot chose.
  public func with(_ pilot: Pilot) -> Sampler {
    var chosen = self
    chosen.steps = .levels(pilot.noiseLevels)
    if let noiseScale = pilot.noiseScale { chosen.noiseScale = .scheduled(.constant(noiseScale)) }
    return chosen
  }
}
