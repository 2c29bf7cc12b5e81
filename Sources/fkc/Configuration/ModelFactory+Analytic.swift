import FeynmanKac

// Models whose scores are known in closed form.

extension ModelFactory {
  func analytic(_ setting: Setting) throws(Failure) -> Product? {
    guard setting["condition"] == nil else {
      throw Failure(key: "condition", problem: "only networks take a condition; remove this key")
    }
    var file: PinnedFile?
    var model: GaussianMixture?
    if setting["kind"]?.text == "gaussian" {
      model = try gaussian(setting)
    } else if let path = setting["file"]?.text {
      (model, file) = try mixture(file: path, sha256: setting["sha256"]?.text)
    } else {
      model = try mixture(setting)
    }
    guard let model else { return nil }
    return Product(model: try stated(model, setting), file: file)
  }

  private func gaussian(_ setting: Setting) throws(Failure) -> GaussianMixture? {
    guard let mean = setting["mean"]?.numbers, let spread = setting["standard_deviation"] else { return nil }
    let deviations = spread.number.map { Array(repeating: $0, count: mean.count) } ?? spread.numbers!
    guard deviations.count == mean.count else {
      throw Failure(
        key: "standard_deviation",
        problem: "has length \(deviations.count); mean has length \(mean.count), give a number or as many")
    }
    return try Self.caught {
      try GaussianMixture(means: [mean], weights: [1], standardDeviations: [deviations])
    }
  }

  private func mixture(_ setting: Setting) throws(Failure) -> GaussianMixture? {
    guard let means = setting["means"]?.rows, let spread = setting["standard_deviations"] else { return nil }
    return try Self.caught {
      try GaussianMixture(
        means: means, weights: setting["weights"]?.numbers,
        spread: spread.number.map { .common($0) } ?? spread.rows.map { .perDimension($0) }
          ?? .perComponent(spread.numbers!))
    }
  }

  private func mixture(
    file: String, sha256: String?
  ) throws(Failure) -> (GaussianMixture, PinnedFile) {
    let (bytes, pinned) = try pinned(file, sha256: sha256)
    do throws(FileError) { return (try GaussianMixture(json: bytes, file: pinned.path), pinned) } catch {
      throw Self.failure(file, error)
    }
  }

  private func stated(_ mixture: GaussianMixture, _ setting: Setting) throws(Failure) -> any ScoreModel {
    let atoms = setting["atoms"]?.wholeNumber.map { Int(clamping: $0) }
    let deviation = setting["data_standard_deviation"]?.number
    guard atoms != nil || deviation != nil else { return mixture }
    if let atoms {
      guard mixture.dimensions == 3 * atoms else {
        throw Failure(
          key: "atoms",
          problem: "found \(atoms), which makes \(3 * atoms) dimensions; the model has \(mixture.dimensions)")
      }
      guard StatedModel.isExact(mixture, atoms: atoms) else {
        throw Failure(
          key: "atoms",
          problem:
            "a mixture of atoms needs means without a centre of mass and one standard deviation for all")
      }
    }
    return StatedModel(mixture, atoms: atoms, dataStandardDeviation: deviation)
  }
}
