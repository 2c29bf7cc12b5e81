import FeynmanKac

/// The processes that are tables: of a user's own numbers, or of a DDPM's training.
enum TabulatedKinds {
  private static let file = OptionalKey(
    ModelFiles.fileName, .path("the path of an NPY file"), "α̅ = α² of each entry, [K], or α and σ, [K, 2].")
  private static let betas = OptionalKey(
    "betas", .list(.number(.fraction)),
    "β of each training step, from the data on: α̅ is the product of 1 − β.")
  private static let alphasCumprod = OptionalKey(
    "alphas_cumprod", .list(.number(.fraction)), "α̅ = α² of each entry; σ² = 1 − α̅.")
  private static let signal = OptionalKey(
    "signal", .list(.number(.nonNegative)), "α of each entry.")
  private static let noise = OptionalKey(
    "noise", .list(.number(.nonNegative)), "σ of each entry, in data units.")
  private static let times = OptionalKey(
    "times", .list(.number(.fraction)),
    "t of each entry as models count it, rising from 0 to 1; equally spaced where it is left out.")

  static let tabulated: ProcessKind = .init(
    "tabulated", "α and σ by a table, interpolated between its entries.",
    keys: [file, ModelFiles.sha256, betas, alphasCumprod, signal, noise, times, ProcessKeys.timeZero],
    groups: [
      .init(required: [file], optional: [ModelFiles.sha256]), .init(required: [betas]),
      .init(required: [alphasCumprod]), .init(required: [signal, noise]),
    ]
  ) { settings, files throws(SettingFailure) in
    let times = times.value(in: settings)
    let timeZero = ProcessKeys.timeZero.value(in: settings) ?? .data
    if let path = file.value(in: settings) {
      return try tabulated(path, ModelFiles.sha256.value(in: settings), times, timeZero, files)
    }
    if let betas = betas.value(in: settings) {
      guard timeZero == .data else {
        throw SettingFailure(
          key: ProcessKeys.timeZero.name,
          problem:
            "found 'noise', but \(Self.betas.name) count from the data; give \(alphasCumprod.name), or \(signal.name) "
            + "and \(noise.name)")
      }
      return .init(try ModelFactory.caught { try TabulatedProcess(betas: betas, times: times) })
    }
    if let squares = alphasCumprod.value(in: settings) {
      return .init(
        try ModelFactory.caught {
          try TabulatedProcess(alphasCumprod: squares, times: times, timeZero: timeZero)
        })
    }
    let signal = try signal.required(in: settings)
    let noise = try noise.required(in: settings)
    return .init(
      try ModelFactory.caught {
        try TabulatedProcess(signal: signal, noise: noise, times: times, timeZero: timeZero)
      })
  }

  private static let timesteps = Key(
    "timesteps", .count(3...1_000_000), .byDefault(1000),
    "K, the steps of training; a model is asked at timestep t (K − 1).")
  private static let zeroTerminalSNR = Key(
    "zero_terminal_snr", .boolean, .byDefault(false),
    "Whether α is rescaled so that none is left in the last step (Lin et al. 2024).",
    property: "zeroTerminalSNR")

  static let ddpm: ProcessKind = .init(
    "ddpm", "The table of a DDPM's training, as a scheduler of diffusers makes it.",
    keys: [timesteps, zeroTerminalSNR], tag: BetaSchedules.registry.tag
  ) { settings, _ throws(SettingFailure) in
    let schedule = try BetaSchedules.registry.make(settings)
    let timesteps = try timesteps.value(in: settings)
    let isRescaled = try zeroTerminalSNR.value(in: settings)
    return .init(
      try ModelFactory.caught {
        try TabulatedProcess(schedule, timesteps: timesteps, zeroTerminalSNR: isRescaled)
      })
  }

  // MARK: - Files

  private static func tabulated(
    _ path: String, _ sha256: String?, _ times: [Double]?, _ timeZero: TimeZero, _ files: ModelFactory
  ) throws(SettingFailure) -> ProcessProduct {
    let (bytes, pinned) = try files.pinned(path, sha256: sha256)
    let array: NPYArray<Double>
    do throws(NPYProblem) { array = try NPYArray(bytes: bytes) } catch {
      throw SettingFailure(key: file.name, problem: "'\(path)': \(error.sentence)")
    }
    let isTable = array.shape.count == 2 && array.shape[1] == 2
    guard isTable || array.shape.count == 1 else {
      throw SettingFailure(
        key: file.name, problem: "'\(path)': has shape \(array.shape); give α̅, [K], or α and σ, [K, 2]")
    }
    do throws(SettingFailure) {
      let process = try ModelFactory.caught {
        guard isTable else {
          return try TabulatedProcess(alphasCumprod: array.values, times: times, timeZero: timeZero)
        }
        let columns = (0..<2).map { column in
          array.values.indices.filter { $0 % 2 == column }.map { array.values[$0] }
        }
        return try TabulatedProcess(signal: columns[0], noise: columns[1], times: times, timeZero: timeZero)
      }
      return .init(process, file: pinned)
    } catch {
      // What is wrong with the numbers is wrong with the file.
      guard [alphasCumprod.name, signal.name, noise.name].contains(error.key) else { throw error }
      throw SettingFailure(key: file.name, problem: "'\(path)': \(error.problem)")
    }
  }
}

/// How much noise each step of a DDPM's training adds. A new one is a case in the library, and its description.
enum BetaSchedules {
  static let registry = Registry<Void, BetaSchedule>(
    key: "schedule", summary: "β of the training steps, by its name in diffusers.", fallback: "linear",
    kinds: BetaSchedule.kinds.map { .init($0) })
}
