import Libc

/// How the signal `α(t)` of a variance-preserving process falls from 1 to (nearly) 0.
public enum SignalSchedule: Sendable, Equatable {
  /// `α = exp(−½∫β)` with `β` linear in `t` (Ho et al. 2020; Song et al. 2021).
  case linear(betaMin: Double = 0.1, betaMax: Double = 20)
  /// `α = cos(½π(t+s)/(1+s)) / cos(½πs/(1+s))` (Nichol & Dhariwal 2021).
  case cosine(offset: Double = 0.008)

  /// `1 − α²`, accurate where `α` is near 1.
  func lostSignal(at time: Double) -> Double {
    switch self {
    case .linear(let betaMin, let betaMax):
      -expm1(-(betaMin * time + 0.5 * time * time * (betaMax - betaMin)))
    case .cosine(let offset):
      // cos²a − cos²b = sin(a + b) sin(b − a), which does not cancel at small t.
      sin(angle(0, offset) + angle(time, offset)) * sin(angle(time, offset) - angle(0, offset))
        / pow(cos(angle(0, offset)), 2)
    }
  }

  func signal(at time: Double) -> Double {
    switch self {
    case .linear(let betaMin, let betaMax):
      exp(-0.5 * (betaMin * time + 0.5 * time * time * (betaMax - betaMin)))
    case .cosine(let offset):
      // The cosine of ½π is 6e-17 in floating point; the signal there is 0.
      time >= 1 ? 0 : cos(angle(time, offset)) / cos(angle(0, offset))
    }
  }

  private func angle(_ time: Double, _ offset: Double) -> Double {
    0.5 * .pi * (time + offset) / (1 + offset)
  }
}

// MARK: - Kinds

extension SignalSchedule {
  /// The numbers of a schedule, in the order of its parameters.
  private var numbers: [Double] {
    switch self {
    case .linear(let betaMin, let betaMax): [betaMin, betaMax]
    case .cosine(let offset): [offset]
    }
  }

  private static let betaMin = Parameter(
    "betaMin", .nonNegative, standard: linear().numbers[0], "β at t = 0.")
  private static let betaMax = Parameter("betaMax", .positive, standard: linear().numbers[1], "β at t = 1.")

  package static let linearKind = KindDescription<SignalSchedule>(
    "linear", "α = exp(−½∫β), with β linear in t.", [betaMin, betaMax]
  ) { values in
    let range = try values.ascending(betaMin, betaMax, mayBeEqual: true)
    return .linear(betaMin: range.low, betaMax: range.high)
  }

  private static let offset = Parameter(
    "offset", .nonNegative, standard: cosine().numbers[0], "s of the cosine schedule.")

  package static let cosineKind = KindDescription<SignalSchedule>(
    "cosine", "α = cos(½π(t+s)/(1+s)) / cos(½πs/(1+s)).", [offset]
  ) { .cosine(offset: $0[offset]) }
}
