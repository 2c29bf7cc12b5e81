// What a pilot and a run of twice the step length can work with.

extension Sampler {
  /// - Throws: `SetupError` with the setting at fault.
  func checkAutomatic() throws {
    guard tolerance > 0, tolerance.isFinite else {
      throw SetupError("sampler.tolerance", "\(tolerance); give a number above 0")
    }
    let users = [
      ("sampler.steps", "auto", choosesSteps), ("sampler.grid", "auto", choosesGrid),
      ("sampler.noise_scale", "auto", noiseScale == .automatic),
      ("sampler.step_size_error", "doubling", stepSizeError == .doubling),
    ]
    guard let (setting, value, _) = users.first(where: \.2) else { return }
    guard correction == .feynmanKac else {
      throw SetupError(
        setting,
        "\(value) compares the feynman-kac weights of two step lengths, found correction: \(correction.rawValue); use "
          + "feynman-kac\(value == "auto" ? " or give a value" : "")")
    }
    if let guidance = target.guidance {
      guard guidance.alignmentThreshold == nil, guidance.projection?.momentum ?? 0 == 0 else {
        throw SetupError(
          setting,
          "\(value) compares two step lengths, on which momentum and alignment_threshold of a guided target depend; "
            + "leave them out\(value == "auto" ? " or give a value" : "")")
      }
    }
    guard trajectory == nil || !choosesSteps else {
      throw SetupError(
        "output.trajectory",
        "its file is laid out before a pilot has chosen sampler.steps; give a number of steps")
    }
    guard stepSizeError == .none || choosesSteps || (noiseLevels.map { $0.count - 1 } ?? steps) >= 2 else {
      throw SetupError("sampler.step_size_error", "doubling needs steps of 2 or more, found \(steps)")
    }
  }
}
