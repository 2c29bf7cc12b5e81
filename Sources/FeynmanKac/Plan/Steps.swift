extension Sampler {
  /// How many steps the path has, and where they lie.
  ///
  /// ```swift
  /// sampler.steps = 500                    // So many, uniform in log v.
  /// sampler.steps = .count(500, .karras)
  /// sampler.steps = .automatic()           // A pilot finds how many, and where.
  /// ```
  public enum Steps: Sendable, Equatable, ExpressibleByIntegerLiteral {
    /// So many, at least 1, placed by a grid.
    case count(Int, StepGrid = .logSignalToNoise)
    /// The levels `v` from noise to data, falling, at least two.
    case levels([Double])
    /// The number of steps that a ``Pilot`` finds that the sampler's `tolerance` needs, placed by a grid.
    case automatic(StepGrid = .automatic)

    /// So many, uniform in log v.
    public init(integerLiteral count: Int) { self = .count(count) }

    /// Where the steps lie between the ends of the path; nil for given levels.
    public var grid: StepGrid? {
      switch self {
      case .count(_, let grid), .automatic(let grid): grid
      case .levels: nil
      }
    }

    /// How many there are; nil where a pilot is to find that.
    public var number: Int? {
      switch self {
      case .count(let count, _): count
      case .levels(let levels): levels.count - 1
      case .automatic: nil
      }
    }

    /// How many a path has on which a pilot has not chosen yet.
    static let provisional = 200

    /// So many steps, placed as these are.
    func counted(_ count: Int) -> Steps { .count(count, grid ?? .logSignalToNoise) }
  }
}
