import FeynmanKac

enum MeasurementRewardKind {
  private static let matrix = OptionalKey(
    "matrix", .list(.list(.number(.any))), "A of b = A x + noise; [measurements][d].")
  private static let file = OptionalKey(
    ModelFiles.fileName, .path("the path of an NPY file"), "A as an array of two axes.")
  private static let sha256 = ModelFiles.sha256
  private static let observation = Key("observation", .list(.number(.any)), .required, "b; [measurements].")
  private static let deviation = Key(
    "standard_deviation", .number(.positive), .required, "σ of the measurement's noise.")

  static let kind: RewardKind = .init(
    "measurement", "The log-likelihood of a measurement b = A x + Gaussian noise.",
    keys: [matrix, file, sha256, observation, deviation],
    groups: [.init(required: [matrix]), .init(required: [file], optional: [sha256])]
  ) { settings, factory throws(SettingFailure) in
    let observation = try observation.value(in: settings)
    let deviation = try deviation.value(in: settings)
    var resolved = settings
    var rows = matrix.value(in: settings)
    if let path = file.value(in: settings) {
      let (bytes, pinned) = try factory.files.pinned(path, sha256: sha256.value(in: settings))
      rows = try read(bytes, path)
      resolved = ModelFiles.resolved(settings, pinned)
    }
    guard let rows else { throw .absent(matrix.field) }
    return .init(
      try ModelFactory.caught {
        try MeasurementReward(matrix: rows, observation: observation, standardDeviation: deviation)
      }, resolved)
  }

  private static func read(_ bytes: [UInt8], _ path: String) throws(SettingFailure) -> [[Double]] {
    let array: NPYArray<Double>
    do throws(NPYProblem) { array = try NPYArray(bytes: bytes) } catch {
      throw SettingFailure(key: file.name, problem: "'\(path)': \(error.sentence)")
    }
    guard array.shape.count == 2, array.shape.allSatisfy({ $0 > 0 }) else {
      throw SettingFailure(
        key: file.name, problem: "'\(path)': has shape \(array.shape); give an array [measurements, d]")
    }
    let width = array.shape[1]
    return (0..<array.shape[0]).map { Array(array.values[$0 * width..<($0 + 1) * width]) }
  }
}
