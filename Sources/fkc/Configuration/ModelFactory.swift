import Crypto
import FeynmanKac

/// Makes models and rewards of checked settings, and pins the files that they come from.
struct ModelFactory {
  /// What a model file was when it was read.
  struct PinnedFile {
    let path: String
    let sha256: String
  }

  struct Failure: Error {
    /// Below the model's own path.
    let key: String
    let problem: String
    var status = ExitStatus.badData
  }

  /// The folder that relative paths start from.
  let folder: String

  /// A model as the config states it, and the file it came from.
  func model(_ setting: Setting) throws(Failure) -> (model: any ScoreModel, file: PinnedFile?)? {
    var file: PinnedFile?
    var model: GaussianMixture?
    switch setting["kind"]?.text {
    case "gaussian": model = try gaussian(setting)
    case "gaussian-mixture"?:
      if let path = setting["file"]?.text {
        (model, file) = try mixture(file: path, sha256: setting["sha256"]?.text)
      } else {
        model = try mixture(setting)
      }
    default: return nil
    }
    guard let model else { return nil }
    return (try stated(model, setting), file)
  }

  private func gaussian(_ setting: Setting) throws(Failure) -> GaussianMixture? {
    guard let mean = setting["mean"]?.numbers, let spread = setting["standard_deviation"] else { return nil }
    let deviations = spread.number.map { Array(repeating: $0, count: mean.count) } ?? spread.numbers!
    guard deviations.count == mean.count else {
      throw Failure(
        key: "standard_deviation",
        problem: "has length \(deviations.count); mean has length \(mean.count), give a number or as many")
    }
    return try caught { try GaussianMixture(means: [mean], weights: [1], standardDeviations: [deviations]) }
  }

  private func mixture(_ setting: Setting) throws(Failure) -> GaussianMixture? {
    guard let means = setting["means"]?.rows, let spread = setting["standard_deviations"] else { return nil }
    return try caught {
      try GaussianMixture(
        means: means, weights: setting["weights"]?.numbers,
        spread: spread.number.map { .common($0) } ?? spread.rows.map { .perDimension($0) }
          ?? .perComponent(spread.numbers!))
    }
  }

  private func mixture(
    file: String, sha256 expected: String?
  ) throws(Failure) -> (GaussianMixture, PinnedFile) {
    let path = FilePaths.absolute(file, in: folder)
    do {
      let bytes = try FileBytes.read(path)
      let sum = SHA256.hash(data: bytes).map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
      if let expected, expected.lowercased() != sum {
        throw Failure(
          key: "sha256", problem: "'\(file)' has changed: its SHA-256 is \(sum), not \(expected)")
      }
      return (try GaussianMixture(json: bytes, file: path), PinnedFile(path: path, sha256: sum))
    } catch let failure as Failure {
      throw failure
    } catch let error as FileError {
      throw Failure(
        key: "file", problem: "'\(file)': \(error.problem)",
        status: error.kind == .missing ? .missingInput : .badData)
    } catch {
      throw Failure(key: "file", problem: "'\(file)': \(error)")
    }
  }

  private func stated(_ mixture: GaussianMixture, _ setting: Setting) throws(Failure) -> any ScoreModel {
    let atoms = setting["atoms"]?.wholeNumber.map { Int($0) }
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

  private func caught(_ make: () throws -> GaussianMixture) throws(Failure) -> GaussianMixture {
    do { return try make() } catch let error as SetupError {
      throw Failure(key: error.setting, problem: error.problem)
    } catch {
      throw Failure(key: "", problem: "\(error)")
    }
  }

  /// The reward, whose settings are sound; nil where some were at fault.
  func reward(_ setting: Setting) throws(Failure) -> (any Reward)? {
    if setting["kind"]?.text == "linear" {
      return setting["coefficients"]?.numbers.map { LinearReward(coefficients: $0) }
    }
    guard let center = setting["center"]?.numbers, let precision = setting["precision"] else { return nil }
    let precisions = precision.number.map { Array(repeating: $0, count: center.count) } ?? precision.numbers!
    guard precisions.count == center.count else {
      throw Failure(
        key: "precision",
        problem: "has length \(precisions.count); center has length \(center.count), give a number or as many"
      )
    }
    return QuadraticReward(center: center, precision: precisions)
  }
}
