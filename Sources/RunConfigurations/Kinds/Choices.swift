import FeynmanKac
import ScoreNetworks

// What the library's own lists of cases mean. A new case needs a line here, which the compiler asks for.

// These say themselves what they are.
extension Sampler.Scheme: DescribedChoice {}
extension Sampler.Correction: DescribedChoice {}
extension ResamplingScheme: DescribedChoice {}

extension Sampler.StepGrid: DescribedChoice {
  var summary: String {
    switch self {
    case .logSignalToNoise: "Uniform in log v."
    case .time: "Uniform in t of the process."
    case .karras: "As Karras et al. 2022 place them, uniform in v^(1/14)."
    case .automatic: "Short where a pilot finds the path hard."
    }
  }
}

extension Sampler.Control: DescribedChoice {
  var summary: String {
    switch self {
    case .none: "No drift is fitted."
    case .radial: "θ y: takes out the part of the weights that pure noise would have."
    case .linear: "θ y + b; refused for atoms."
    case .diagonal: "θ y + b, θ for each coordinate; exact for Gaussians of unlike widths."
    case .scores:
      "θ y + b and a number for each model's score; one more evaluation of each a level, for its divergence."
    case .automatic:
      "diagonal or linear where the particles are one population, else radial, fitted to others than those that it moves."
    }
  }
}

extension Sampler.Start: DescribedChoice {
  var summary: String {
    switch self {
    case .exact: "A Gaussian, weighed by the composed densities; every model must have a log density."
    case .fitted:
      "The Gaussian that the models' own are together, each fitted to the model's scores at the noise."
    case .gaussian: "A Gaussian of the noise's variance and of what models state of the data's."
    }
  }
}

extension Sampler.PlainSampling: DescribedChoice {
  var summary: String {
    switch self {
    case .none: "No plain samples of the models are drawn before the run."
    case .automatic:
      "Beside a run with weights of 640 particles or more, of models that are no mixtures, whose modes are known, nor of atoms, which look the same "
        + "from many sides."
    }
  }
}

extension Sampler.Denoising: DescribedChoice {
  var summary: String {
    switch self {
    case .none: "The noise that is left stays."
    case .half: "Particles move half way to their denoised points, which takes the noise out to first order."
    }
  }
}

extension RewardPoint.Jacobian: DescribedChoice {
  var summary: String {
    switch self {
    case .isotropic: "As for a Gaussian of the data's spread."
    case .finiteDifference: "By differences of the models' answers at states beside it."
    }
  }
}

extension PredictionName: DescribedChoice {
  var summary: String {
    switch self {
    case .score: "∇ log q(x)."
    case .epsilon: "E[ε | x], the noise."
    case .dataPoint: "E[x₀ | x], the data."
    case .v: "α ε − σ x₀."
    case .velocity: "α̇ x₀ + σ̇ ε, of flow matching."
    case .edm: "F of Karras et al. 2022; needs data_standard_deviation."
    }
  }
}

extension NoiseInput: DescribedChoice {
  var summary: String {
    switch self {
    case .logSNR: "log(α²/σ²), the log signal-to-noise ratio."
    case .time: "The time t."
    case .timestep: "t as a step of the training, by its timesteps."
    case .sigma: "The noise σ."
    }
  }
}

extension TimeZero: DescribedChoice {
  var summary: String {
    switch self {
    case .data: "t = 0 is the data, as everywhere else."
    case .noise: "t = 0 is the noise; velocities are per this time too."
    }
  }
}

// MARK: - Generators

/// The sources of random numbers: our own, and every generator of GSL.
enum Generators {
  private static let own = "philox"

  /// The default first.
  static let names = [own] + GSLGenerator.names.filter { $0 != own }

  static func generator(_ name: String) -> Sampler.GeneratorKind { name == own ? .philox : .gsl(name) }

  /// The case as code spells it.
  static func constant(_ name: String) -> String { name == own ? ".philox" : ".gsl(\"\(name)\")" }

  static func name(_ generator: Sampler.GeneratorKind) -> String {
    switch generator {
    case .philox: own
    case .gsl(let name): name
    }
  }

  /// Empty for those of GSL, whose manual describes them.
  static func summary(_ name: String) -> String {
    name == own ? "Counter-based Philox4x32-10, a stream for every block, step and draw." : ""
  }
}
