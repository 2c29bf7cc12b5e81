import FeynmanKac
import Libc

// How many particles there are, and what becomes of them.
extension AdviceRule {
  static let particles = AdviceRule { run in
    guard run.hasWeights, run.islandParticles < 2000 else { return nil }
    let wanted = 2000 * run.configuration.islands
    return Advice(
      "particles",
      "\(run.islandParticles) particles an island are few. Of 82 targets with exact answers, 200 particles were trusted in 62 % of the runs and 64 in a third; "
        + "with 2,000 the 95 % intervals of 77 targets covered in 90 to 99 % of 100 runs. The error falls with their root.",
      set: "particles=\(wanted)", evidence: "Experiments/coverage")
  }

  static let islands = AdviceRule { run in
    guard run.hasWeights, (2..<8).contains(run.configuration.islands) else { return nil }
    return Advice(
      "islands",
      "\(run.configuration.islands) islands share the particles without resampling between them, and are too few for their spread to be the standard error of log Z: "
        + "from 8 on it is, and rests on nothing else. One island has more to resample among.",
      set: "islands=1")
  }

  static let threshold = AdviceRule { run in
    guard run.hasWeights else { return nil }
    switch run.sampler.resampling.threshold {
    case 0:
      return Advice(
        "resampling.ess_threshold",
        "Particles are never resampled, so that their weights carry the whole path. Resampling below half the effective sample size keeps those that matter.",
        set: "resampling.ess_threshold=0.5")
    case 1:
      return Advice(
        "resampling.ess_threshold",
        "Particles are resampled at every step, also where their weights hardly differ, and each time ancestors are lost. Half the effective sample size is early enough.",
        set: "resampling.ess_threshold=0.5")
    default: return nil
    }
  }

  static let resampler = AdviceRule { run in
    guard run.hasWeights, run.sampler.resampling.resampler.name == "multinomial" else { return nil }
    return Advice(
      "resampling.scheme",
      "Multinomial resampling draws parents independently, and adds the most noise of all schemes: it copies and loses particles of equal weights too.",
      set: "resampling.scheme=killing")
  }

  static let threads = AdviceRule { run in
    let available = Processors.available
    guard run.configuration.islands == 1, run.plan.threads < available, run.plan.blockCount < available else {
      return nil
    }
    return Advice(
      "particles",
      "Threads share blocks of particles: the run has \(run.plan.blockCount) of them, and this machine \(available) cores, so that more particles take no longer until each has one."
    )
  }

  static let trainedLevels = AdviceRule { run in
    guard let model = run.configuration.models.first(where: { $0.model.noiseLevels == nil }) else {
      return nil
    }
    return Advice(
      "models.\(model.name).minimum_noise_level",
      "The config does not say at which noise '\(model.name)' was trained, from minimum_noise_level to maximum_noise_level. A network gives nonsense outside of it, "
        + "which no error bar knows of; where it is stated, a run that would leave it is refused.")
  }
}
