/// `α = 1 − t`, `σ = t`: the straight path of flow matching and rectified flow (Lipman et al. 2023).
public struct FlowMatching: NoiseProcess {
  /// The straight path.
  public init() {}

  /// `α(t) = 1 − t`, no unit.
  public func signal(at time: Double) -> Double { 1 - time }
  /// `σ(t) = t`, in data units.
  public func noise(at time: Double) -> Double { time }
  /// `dα/dt = −1`, exactly.
  public func signalRate(at time: Double) -> Double { -1 }
  /// `dσ/dt = 1`, exactly, in data units.
  public func noiseRate(at time: Double) -> Double { 1 }
}

extension FlowMatching {
  package static let kind = KindDescription<any NoiseProcess>("flow-matching", "α = 1 − t and σ = t.") { _ in
    FlowMatching()
  }
}

extension NoiseProcess where Self == FlowMatching {
  /// The straight path, as `process: .flowMatching`.
  public static var flowMatching: Self { FlowMatching() }
}
