/// `α = 1 − t`, `σ = t`: the straight path of flow matching and rectified flow (Lipman et al. 2023).
public struct FlowMatching: NoiseProcess {
  /// Where models count `t` from. `t` below is from the data in either case.
  public let timeZero: TimeZero

  /// - Parameter timeZero: Where models count `t` from.
  public init(timeZero: TimeZero = .data) { self.timeZero = timeZero }

  /// `α(t) = 1 − t`, no unit.
  public func signal(at time: Double) -> Double { 1 - time }
  /// `σ(t) = t`, in data units.
  public func noise(at time: Double) -> Double { time }
  /// `dα/dt = −1`, exactly.
  public func signalRate(at time: Double) -> Double { -1 }
  /// `dσ/dt = 1`, exactly, in data units.
  public func noiseRate(at time: Double) -> Double { 1 }
}

extension NoiseProcess where Self == FlowMatching {
  /// The straight path, as `process: .flowMatching`.
  public static var flowMatching: Self { FlowMatching() }
  /// The straight path of models that may count `t` from the noise, as `process: .flowMatching(timeZero: .noise)`.
  public static func flowMatching(timeZero: TimeZero) -> Self { FlowMatching(timeZero: timeZero) }
}
