import FeynmanKac

/// Makes the sampler of checked settings. What contradicts itself in them is found by its plan.
struct SamplerFactory {
  let report: (String, String) -> Void

  func sampler(_ root: Setting, process: any NoiseProcess, target: Target) -> Sampler? {
    guard let settings = root["sampler"], let resampling = root["resampling"] else { return nil }
    var sampler = Sampler(process: process, target: target)
    guard let steps = settings["steps"], let scheme = Sampler.Scheme(settings["scheme"]),
      let tolerance = settings["tolerance"]?.number,
      let stepSizeError = StepSizeError.Method(settings["step_size_error"]),
      let noiseScale = noiseScale(settings["noise_scale"]),
      let control = Sampler.Control(settings["control"]),
      let startTime = settings["start_time"]?.number, let endTime = settings["end_time"]?.number,
      let maximum = settings["maximum_noise_level"]?.number,
      let minimum = settings["minimum_noise_level"]?.number,
      let denoising = Sampler.Denoising(settings["denoise"]),
      let correction = Sampler.Correction(root["correction"]),
      let generator = root["rng"]?.text, let rule = rule(resampling)
    else { return nil }
    if let count = steps.wholeNumber {
      sampler.steps = Int(clamping: count)
    } else {
      sampler.stepChoice = .automatic
    }
    sampler.scheme = scheme
    sampler.grid =
      Sampler.StepGrid(settings["grid"]) ?? (steps.wholeNumber == nil ? .automatic : .logSignalToNoise)
    sampler.tolerance = tolerance
    sampler.stepSizeError = stepSizeError
    sampler.noiseScale = noiseScale
    sampler.control = control
    sampler.start = Sampler.Start(settings["start"])
    sampler.startTime = startTime
    sampler.endTime = endTime
    sampler.maximumNoiseLevel = maximum
    sampler.minimumNoiseLevel = minimum
    sampler.denoising = denoising
    sampler.correction = correction
    sampler.resampling = rule
    sampler.generator = Catalog.generator(generator)
    sampler.trajectory = trajectory(root["output"]?["trajectory"])
    return sampler
  }

  private func trajectory(_ setting: Setting?) -> Sampler.Trajectory? {
    guard let steps = setting?["every_steps"]?.wholeNumber, let particles = setting?["particles"]?.wholeNumber
    else { return nil }
    return Sampler.Trajectory(everySteps: Int(clamping: steps), particles: Int(clamping: particles))
  }

  private func rule(_ setting: Setting) -> Sampler.ResamplingRule? {
    guard let scheme = setting["scheme"]?.text, let threshold = setting["ess_threshold"]?.number,
      let window = setting["window"]?.numbers, window.count == 2, window[0] <= window[1]
    else { return nil }
    return Sampler.ResamplingRule(
      Catalog.resampler(scheme), threshold: threshold, window: window[0]...window[1])
  }

  private func noiseScale(_ setting: Setting?) -> Sampler.NoiseScale? {
    switch setting?.text {
    case "tempered": .tempered
    case "auto": .automatic
    default: Schedule(setting).map { .scheduled($0) }
    }
  }

  /// What the library cannot see, because its types cannot hold it.
  func checkWindow(_ root: Setting) {
    guard let window = root["resampling"]?["window"]?.numbers else { return }
    if window.count != 2 {
      report("resampling.window", "has length \(window.count); give two numbers, [from, to]")
    } else if window[0] > window[1] {
      report(
        "resampling.window", "found [\(window[0]), \(window[1])]; the first must not be after the second")
    }
  }
}

extension RawRepresentable where RawValue == String {
  /// The case that a checked choice names.
  fileprivate init?(_ setting: Setting?) {
    guard let text = setting?.text else { return nil }
    self.init(rawValue: text)
  }
}
