import FeynmanKac

/// Makes the sampler of checked settings. What contradicts itself in them is found by its plan.
enum SamplerFactory {
  static func sampler(
    _ root: Setting, process: any NoiseProcess, target: Target, functions: HostFunctions,
    lacksFunctions: Bool
  ) throws(SettingFailure) -> Sampler {
    var sampler = Sampler(process: process, target: target)
    let section = try RunKeys.sampler.value(in: root)
    for key in SamplerKeys.all { try key.apply(section, &sampler) }
    let resampling = try RunKeys.resampling.value(in: root)
    for key in ResamplingKeys.all { try key.apply(resampling, &sampler) }
    if let resampler = sampler.resampling.resampler as? NamedResampler, !lacksFunctions {
      sampler.resampling.resampler = try HostFunctions.named(
        resampler.function, among: functions.resamplers, sort: "resampler",
        key: "\(RunKeys.resampling.name).scheme.\(FunctionKeys.name.name)")
    }
    try RunKeys.correction.apply(root, &sampler)
    try RunKeys.generator.apply(root, &sampler)
    sampler.islandExchange = try RunKeys.islands.value(in: root).exchange
    sampler.trajectory = try OutputKeys.trajectory(RunKeys.output.value(in: root))
    return sampler
  }

  /// What the library cannot see, because its types cannot hold it.
  ///
  /// - Returns: nil where nothing is wrong.
  static func fault(ofWindowIn root: Setting) -> SettingFailure? {
    let key = "\(RunKeys.resampling.name).\(ResamplingKeys.window.name)"
    guard let window = root[RunKeys.resampling]?[ResamplingKeys.window]?.numbers else { return nil }
    if window.count != 2 {
      return SettingFailure(key: key, problem: "has length \(window.count); give two numbers, [from, to]")
    }
    guard window[0] > window[1] else { return nil }
    return SettingFailure(
      key: key, problem: "found [\(window[0]), \(window[1])]; the first must not be after the second")
  }
}
