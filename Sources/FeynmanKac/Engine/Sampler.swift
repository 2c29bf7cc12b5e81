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
  public var target: Target
  public var steps: Int
  public var scheme: Scheme = .exponentialMultistep
  public var grid: StepGrid = .logSignalToNoise
  public var noiseScale: NoiseScale = .scheduled(1)
  public var control: Control = .radial
  /// Nil: exact where every model has a log density, else Gaussian.
  public var start: Start?
  public var startTime = 1.0
  public var endTime = 0.0
  /// The path's first `v` where the process has none that is finite.
  public var maximumNoiseLevel = 1e4
  /// The path's last `v` where the process ends at 0.
  public var minimumNoiseLevel = 1e-5
  public var denoising: Denoising = .none
  public var correction: Correction = .feynmanKac
  public var resampling = ResamplingRule()
  public var generator: GeneratorKind = .philox

  public init(process: some NoiseProcess, target: Target, steps: Int = 200) {
    self.process = process
    self.target = target
    self.steps = steps
  }

  /// How a step moves the particles.
  public enum Scheme: String, Sendable, CaseIterable {
    case exponentialMultistep = "exponential-multistep"
    case exponential
    case heun
    case eulerMaruyama = "euler-maruyama"

    /// True where a step is a Gaussian whose reversal has a density, given the step before.
    var isExponential: Bool { self == .exponential || self == .exponentialMultistep }
  }

  /// Where the steps lie between the ends of the path.
  public enum StepGrid: String, Sendable, CaseIterable {
    /// Uniform in `u = −log v`.
    case logSignalToNoise = "log-snr"
    /// Uniform in `t` of the sampler's process.
    case time
    /// Uniform in `v^(1/2ρ)`, ρ = 7.
    case karras
  }

  /// `c(u)`: 0 is the probability-flow ODE, 1 the paper's "target score".
  public enum NoiseScale: Sendable, Equatable {
    case scheduled(Schedule)
    /// `c² = 1/A(u)`, the paper's "tempered noise".
    case tempered
  }

  /// The drift that is fitted at each step so that the weights vary least.
  public enum Control: String, Sendable, CaseIterable {
    case none, radial, linear
  }

  public enum Start: String, Sendable, CaseIterable {
    case exact, gaussian
  }

  public enum Denoising: String, Sendable, CaseIterable {
    case none, half
  }

  /// What repairs the difference between the composed noised models and the noised composition.
  public enum Correction: String, Sendable, CaseIterable {
    case none
    case feynmanKac = "feynman-kac"
    case kernelRatio = "kernel-ratio"
    case densityRatio = "density-ratio"
  }

  /// When to resample, and how.
  public struct ResamplingRule: Sendable {
    public var resampler: any Resampler
    /// Resample where ESS/N falls below it; 1 is every step, 0 never.
    public var threshold: Double
    /// In progress, 0 at noise and 1 at data.
    public var window: ClosedRange<Double>

    public init(
      _ resampler: some Resampler = KillingResampler(), threshold: Double = 0.5,
      window: ClosedRange<Double> = 0...1
    ) {
      self.resampler = resampler
      self.threshold = threshold
      self.window = window
    }
  }

  /// The source of random numbers.
  public enum GeneratorKind: Sendable, Equatable {
    /// Counter-based Philox4x32-10: a stream for every block, step and draw.
    case philox
    /// Any generator of GSL, by its name there; one sequential stream a block.
    case gsl(String)
  }
}
