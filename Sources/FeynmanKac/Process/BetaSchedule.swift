import Libc

/// The noise `β` that each step of a DDPM's training adds, by the formulas of diffusers.
public enum BetaSchedule: Sendable, Equatable {
  /// `β` linear in the step (Ho et al. 2020).
  case linear(betaStart: Double = 0.0001, betaEnd: Double = 0.02)
  /// `√β` linear in the step, as latent diffusion and Stable Diffusion have it (with 0.00085 and 0.012).
  case scaledLinear(betaStart: Double = 0.0001, betaEnd: Double = 0.02)
  /// `α̅` by the cosine of Nichol & Dhariwal 2021, with `β` at most 0.999: `squaredcos_cap_v2`.
  case squaredCosine
  /// `β` by the logistic function of −6 to 6.
  case sigmoid(betaStart: Double = 0.0001, betaEnd: Double = 0.02)

  /// `β` of each step, from the data on.
  ///
  /// - Parameter timesteps: The steps of training, at least 2.
  public func betas(timesteps: Int) -> [Double] {
    precondition(timesteps >= 2, "\(timesteps) steps of training; give at least 2")
    let last = Double(timesteps - 1)
    return (0..<timesteps).map { step in
      let fraction = Double(step) / last
      switch self {
      case .linear(let start, let end): return start + fraction * (end - start)
      case .scaledLinear(let start, let end):
        let root = start.squareRoot() + fraction * (end.squareRoot() - start.squareRoot())
        return root * root
      case .squaredCosine: return Self.cosineBeta(step, of: timesteps)
      case .sigmoid(let start, let end): return start + (end - start) / (1 + exp(6 - 12 * fraction))
      }
    }
  }

  /// `1 − cos² b/cos² a` for the angles at the ends of a step, without the difference.
  private static func cosineBeta(_ step: Int, of timesteps: Int) -> Double {
    func angle(_ step: Int) -> Double { 0.5 * .pi * (Double(step) / Double(timesteps) + 0.008) / 1.008 }
    let (start, end) = (angle(step), angle(step + 1))
    return min(sin(start + end) * sin(end - start) / pow(cos(start), 2), 0.999)
  }
}

extension TabulatedProcess {
  /// The process of a DDPM whose training had these steps: entry `k` is training step `k`, counted from 0.
  ///
  /// - Parameters:
  ///   - schedule: `β` of the steps.
  ///   - timesteps: How many there are, at least 3, or 4 where the last is left no signal.
  ///   - zeroTerminalSNR: Whether `α` is rescaled so that none is left in the last step (Lin et al. 2024, Alg. 1): `α_k` becomes
  ///     `(α_k − α_last) α_0/(α_0 − α_last)`.
  /// - Throws: `SetupError` naming `timesteps`, or `betaEnd` where a step before the last is left no signal.
  public init(_ schedule: BetaSchedule, timesteps: Int = 1000, zeroTerminalSNR: Bool = false) throws {
    let fewest = NoiseLevelCurve.fewestEntries + (zeroTerminalSNR ? 1 : 0)
    guard timesteps >= fewest else {
      throw SetupError("timesteps", "\(timesteps); give at least \(fewest)")
    }
    let process: TabulatedProcess
    do {
      process = try TabulatedProcess(betas: schedule.betas(timesteps: timesteps))
    } catch let error as SetupError {
      throw SetupError("betaEnd", error.problem)
    }
    guard zeroTerminalSNR else {
      self = process
      return
    }
    let (first, last) = (process.signals[0], process.signals[timesteps - 1])
    let scaled = process.signals.map { ($0 - last) * first / (first - last) }
    var squares = scaled.map { $0 * $0 }
    // The first stays as it is, to the last bit, and the last is 0.
    squares[0] = first * first
    try self.init(alphasCumprod: squares)
  }
}

extension NoiseProcess where Self == TabulatedProcess {
  /// The process of a DDPM by its name, as in `process: try .ddpm(.scaledLinear(betaStart: 0.00085, betaEnd: 0.012))`.
  ///
  /// - Throws: As the initializer of `TabulatedProcess` with these arguments.
  public static func ddpm(
    _ schedule: BetaSchedule = .linear(), timesteps: Int = 1000, zeroTerminalSNR: Bool = false
  ) throws -> Self {
    try TabulatedProcess(schedule, timesteps: timesteps, zeroTerminalSNR: zeroTerminalSNR)
  }
}

// MARK: - Kinds

extension BetaSchedule {
  private static func ends(
    _ name: String, _ summary: String, _ make: @escaping @Sendable (Double, Double) -> BetaSchedule
  ) -> KindDescription<BetaSchedule> {
    KindDescription(name, summary, [betaStart, betaEnd]) { values in
      let range = try values.ascending(betaStart, betaEnd, mayBeEqual: true)
      return make(range.low, range.high)
    }
  }

  private static let range = NumberRange(lower: 0, isLowerOpen: true, upper: 1)
  private static let betaStart = Parameter("betaStart", range, standard: 0.0001, "β of the first step.")
  private static let betaEnd = Parameter("betaEnd", range, standard: 0.02, "β of the last step.")

  package static let kinds: [KindDescription<BetaSchedule>] = [
    ends("linear", "β linear in the step (Ho et al. 2020).") { .linear(betaStart: $0, betaEnd: $1) },
    ends("scaled_linear", "√β linear in the step, as in latent diffusion.") {
      .scaledLinear(betaStart: $0, betaEnd: $1)
    },
    KindDescription(
      "squaredcos_cap_v2", "The cosine schedule of Nichol & Dhariwal 2021, with β at most 0.999."
    ) { _ in .squaredCosine },
    ends("sigmoid", "β by the logistic function of −6 to 6.") { .sigmoid(betaStart: $0, betaEnd: $1) },
  ]
}
