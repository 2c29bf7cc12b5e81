/// How log densities are found from scores.
public struct LogDensityOptions: Sendable, Equatable {
  /// The estimator.
  public var method: Method
  /// How many steps there are from the data to the noise, even and at least 2; nil for 100 along the probability flow and
  /// 200 along forward paths.
  public var steps: Int?
  /// The levels from that at which the density is taken to that at which it is a Gaussian, in squared data units; nil for those
  /// of the process within `1e-5...1e4`.
  public var noiseLevels: ClosedRange<Double>?

  /// Options with the defaults in all that is not given.
  public init(
    method: Method = .automatic, steps: Int? = nil, noiseLevels: ClosedRange<Double>? = nil
  ) {
    self.method = method
    self.steps = steps
    self.noiseLevels = noiseLevels
  }

  /// The estimators of a log density.
  public enum Method: Sendable, Equatable {
    /// The model's own answer where it knows its log density, else the probability flow.
    case automatic
    /// The probability-flow ODE with the divergence by so many random probes at each level, at least 2.
    ///
    /// A flow of half as many steps goes along, and what it differs by is extrapolated: `3 (1 + probes) / 2` rows a step. In as
    /// many dimensions as there are probes, or fewer, each coordinate is probed, and there is no noise.
    case probabilityFlow(probes: Int = 4)
    /// The mean over so many paths of noised data, at least 2, of the ratio of the kernels back and forth: no divergence.
    ///
    /// The mean is of `q` itself; its logarithm is low by half of its variance.
    case forwardPaths(count: Int = 8)
  }

  /// What the method needs of random numbers beside each row, at most in the one and at least 2 in the other case.
  static let counts = 2...10_000

  /// - Parameter hasLogDensity: Whether the model knows its own.
  /// - Returns: Nil where the model's own answer is taken.
  func estimator(hasLogDensity: Bool) -> Method? {
    guard method == .automatic else { return method }
    return hasLogDensity ? nil : .probabilityFlow()
  }

  /// - Throws: `SetupError` for a count or a number of steps that cannot work.
  func check() throws {
    switch method {
    case .automatic: break
    case .probabilityFlow(let count), .forwardPaths(let count):
      guard Self.counts.contains(count) else {
        throw SetupError(
          "method", "\(count) a row; give \(Self.counts.lowerBound) to \(Self.counts.upperBound)")
      }
    }
    if let steps, steps < 2 || !steps.isMultiple(of: 2) || steps > 1_000_000 {
      throw SetupError("steps", "\(steps); give an even number from 2 to 1000000")
    }
    if let noiseLevels, !(noiseLevels.lowerBound > 0 && noiseLevels.upperBound.isFinite) {
      throw SetupError("noiseLevels", "\(noiseLevels); give positive, finite ones")
    }
  }
}
