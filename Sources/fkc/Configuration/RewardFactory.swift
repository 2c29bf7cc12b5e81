import FeynmanKac
import ScoreNetworks

/// Makes rewards of checked settings, and pins the files that they come from.
struct RewardFactory {
  typealias Failure = ModelFactory.Failure

  /// A reward, and the settings that make it again wherever the config stands.
  struct Product {
    let reward: any Reward
    let setting: Setting
  }

  /// Reads files.
  let files: ModelFactory
  /// `d` of the models; nil where they are at fault.
  let dimensions: Int?

  /// The reward; nil where some of its settings, or the models, were at fault.
  func product(_ setting: Setting) throws(Failure) -> Product? {
    switch setting["kind"]?.text {
    case "linear":
      return setting["coefficients"]?.numbers.map {
        Product(reward: LinearReward(coefficients: $0), setting: setting)
      }
    case "quadratic": return try quadratic(setting)
    case "measurement": return try measurement(setting)
    case "inpainting": return try inpainting(setting)
    case "network": return try network(setting)
    case "log_sigmoid": return try logSigmoid(setting)
    case "near": return try near(setting)
    case "all_of":
      return try composite(setting) { try AllOfReward($0) }
    case "weighted_sum":
      guard let weights = setting["weights"]?.numbers else { return nil }
      return try composite(setting) { try WeightedSumReward($0, weights: weights) }
    default: return nil
    }
  }

  // MARK: - Of the state

  private func quadratic(_ setting: Setting) throws(Failure) -> Product? {
    guard let center = setting["center"]?.numbers, let precision = setting["precision"] else { return nil }
    let precisions = precision.number.map { Array(repeating: $0, count: center.count) } ?? precision.numbers!
    guard precisions.count == center.count else {
      throw Failure(
        key: "precision",
        problem: "has length \(precisions.count); center has length \(center.count), give a number or as many"
      )
    }
    return Product(reward: QuadraticReward(center: center, precision: precisions), setting: setting)
  }

  private func measurement(_ setting: Setting) throws(Failure) -> Product? {
    guard let observation = setting["observation"]?.numbers,
      let deviation = setting["standard_deviation"]?.number
    else { return nil }
    var resolved = setting
    var matrix = setting["matrix"]?.rows
    if let path = setting["file"]?.text {
      let (bytes, pinned) = try files.pinned(path, sha256: setting["sha256"]?.text)
      matrix = try Self.matrix(bytes, path)
      resolved = Self.setting(setting, pinned)
    }
    guard let matrix else { return nil }
    let reward = try ModelFactory.caught {
      try MeasurementReward(matrix: matrix, observation: observation, standardDeviation: deviation)
    }
    return Product(reward: reward, setting: resolved)
  }

  private static func matrix(_ bytes: [UInt8], _ path: String) throws(Failure) -> [[Double]] {
    let array: NPYArray<Double>
    do throws(NPYProblem) { array = try NPYArray(bytes: bytes) } catch {
      throw Failure(key: "file", problem: "'\(path)': \(error.sentence)")
    }
    guard array.shape.count == 2, array.shape.allSatisfy({ $0 > 0 }) else {
      throw Failure(
        key: "file", problem: "'\(path)': has shape \(array.shape); give an array [measurements, d]")
    }
    let width = array.shape[1]
    return (0..<array.shape[0]).map { Array(array.values[$0 * width..<($0 + 1) * width]) }
  }

  private func inpainting(_ setting: Setting) throws(Failure) -> Product? {
    guard let dimensions, let indices = setting["indices"]?.items?.compactMap(\.wholeNumber),
      let values = setting["values"]?.numbers, let deviation = setting["standard_deviation"]?.number
    else { return nil }
    let reward = try ModelFactory.caught {
      try InpaintingReward(
        indices: indices.map { Int(clamping: $0) }, values: values, standardDeviation: deviation,
        dimensions: dimensions
      )
    }
    return Product(reward: reward, setting: setting)
  }

  private func network(_ setting: Setting) throws(Failure) -> Product? {
    guard let path = setting["file"]?.text else { return nil }
    let (bytes, pinned) = try files.pinned(path, sha256: setting["sha256"]?.text)
    let network: RegressionNetwork
    do {
      network = try RegressionNetwork(SafetensorsFile(bytes: bytes, file: pinned.path))
    } catch let error as FileError {
      throw ModelFactory.failure(path, error)
    } catch let error as BLAS.Unavailable {
      throw Failure(key: "kind", problem: error.description, status: .unavailable)
    } catch {
      throw Failure(key: "file", problem: "'\(path)': \(error)")
    }
    let reward = try ModelFactory.caught {
      if let output = setting["output"]?.text { return try NetworkReward(network, output: output) }
      return try NetworkReward(network, coefficients: setting["coefficients"]?.numbers ?? [])
    }
    return Product(reward: reward, setting: Self.setting(setting, pinned))
  }

  // MARK: - Of other rewards

  private func logSigmoid(_ setting: Setting) throws(Failure) -> Product? {
    guard let inner = try part(setting["of"], at: "of"), let center = setting["center"]?.number,
      let width = setting["width"]?.number
    else { return nil }
    guard width != 0 else { throw Failure(key: "width", problem: "found 0; give a number other than 0") }
    return Product(
      reward: LogSigmoidReward(of: inner.reward, center: center, width: width),
      setting: setting.setting("of", to: inner.setting, after: nil))
  }

  private func near(_ setting: Setting) throws(Failure) -> Product? {
    guard let inner = try part(setting["of"], at: "of"), let value = setting["value"]?.number,
      let deviation = setting["standard_deviation"]?.number
    else { return nil }
    return Product(
      reward: NearReward(inner.reward, value: value, standardDeviation: deviation),
      setting: setting.setting("of", to: inner.setting, after: nil))
  }

  private func composite(
    _ setting: Setting, _ make: ([any Reward]) throws -> any Reward
  ) throws(Failure) -> Product? {
    guard let items = setting["rewards"]?.items else { return nil }
    var parts: [Product] = []
    for (index, item) in items.enumerated() {
      guard let part = try part(item, at: "rewards.\(index)") else { return nil }
      parts.append(part)
    }
    let reward = try ModelFactory.caught { try make(parts.map(\.reward)) }
    return Product(
      reward: reward, setting: setting.setting("rewards", to: .list(parts.map(\.setting)), after: nil))
  }

  /// A reward inside another; its faults are named by where it stands.
  private func part(_ setting: Setting?, at place: String) throws(Failure) -> Product? {
    guard let setting else { return nil }
    do throws(Failure) { return try product(setting) } catch {
      throw Failure(
        key: error.key.isEmpty ? place : "\(place).\(error.key)", problem: error.problem, status: error.status
      )
    }
  }

  private static func setting(_ setting: Setting, _ file: ModelFactory.PinnedFile) -> Setting {
    setting.setting("file", to: .text(file.path), after: nil)
      .setting("sha256", to: .text(file.sha256), after: "file")
  }

  // MARK: - Advice

  /// In plain words, what is likely to go wrong with a reward that can be made.
  static func warnings(_ setting: Setting) -> [String] {
    var warnings: [String] = []
    if isBareNetwork(setting) {
      warnings.append(
        "e^r of a network's output also rewards what the network was never trained on; "
          + "put it into near or log_sigmoid")
    }
    if setting["at"]?.text != "denoised", usesNetwork(setting) {
      warnings.append("the network will be asked about noisy states; use at: denoised")
    }
    return warnings
  }

  private static func isBareNetwork(_ setting: Setting) -> Bool {
    switch setting["kind"]?.text {
    case "network": true
    case "weighted_sum": setting["rewards"]?.items?.contains(where: isBareNetwork) ?? false
    default: false
    }
  }

  private static func usesNetwork(_ setting: Setting) -> Bool {
    setting["kind"]?.text == "network" || setting["of"].map(usesNetwork) ?? false
      || setting["rewards"]?.items?.contains(where: usesNetwork) ?? false
  }
}
