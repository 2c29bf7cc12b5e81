/// A function `r(x)` of the data that tilts a target by `e^r`.
///
/// Only values are required. A reward that knows its gradient also steers the particles; one that does not enters
/// by the weights alone. One that can say something of the data around a point, and not only at it, uses
/// `batch.variance`; see <doc:Rewards>.
public protocol Reward: Sendable {
  /// True where `evaluate` fills `batch.gradients`.
  var hasGradient: Bool { get }
  /// The length of the rows that the reward takes; nil for any.
  var dimensions: Int? { get }
  /// `π` and `h` where `r(x) = −½ Σ πⱼxⱼ² + Σ hⱼxⱼ + const` everywhere; nil for any other function.
  var quadraticForm: (precision: [Double], slope: [Double])? { get }
  /// True where `r` is known to be bounded above and to fall no faster than linearly, so that it changes no Gaussian tail.
  var leavesTails: Bool { get }
  /// True for a function in closed form, which costs next to nothing and answers the same every time: a run's checks ask it
  /// about some thousand states more, and about a twentieth of what the run asks where it is not.
  var isClosedForm: Bool { get }
  /// True where `evaluate` answers around a point with a variance as a whole, exactly or nearly, and not for the point alone:
  /// then the reward is as mild as the variance is large, and so is its gradient.
  var widens: Bool { get }
  /// `f r`, where it can so that `f` is inside of the expectation: `log E[e^(f r)]`.
  ///
  /// - Parameter factor: `f`, finite.
  func scaled(by factor: Double) -> any Reward
  /// Fills `batch.values` and, with a gradient, `batch.gradients`, for rows of `x` in data coordinates.
  func evaluate(_ batch: RewardBatch) throws
  /// Floats of scratch memory that one evaluation of `rows` rows of length `dimensions` needs.
  func workspaceSize(rows: Int, dimensions: Int) -> Int
}

extension Reward {
  /// No such form, unless a reward says otherwise.
  public var quadraticForm: (precision: [Double], slope: [Double])? { nil }
  /// False unless a reward says otherwise.
  public var leavesTails: Bool { false }
  /// False unless a reward says otherwise.
  public var isClosedForm: Bool { false }
  /// False unless a reward says otherwise: it answers for points alone.
  public var widens: Bool { false }
  /// `f` times what the reward answers, unless a reward knows better.
  public func scaled(by factor: Double) -> any Reward {
    factor == 1 ? self : ScaledReward(reward: self, factor: factor)
  }
  /// No scratch memory, unless a reward says otherwise.
  public func workspaceSize(rows: Int, dimensions: Int) -> Int { 0 }
}

/// The rows of one block, and where a reward writes its answer. Valid only during the call.
public struct RewardBatch {
  /// Number of rows.
  public let count: Int
  /// Length of a row.
  public let dimensions: Int
  /// `x`, row-major `[count, dimensions]`.
  public let states: UnsafePointer<Float>
  /// `ρ²`, in squared data units: the data is taken to lie around each row like `N(x, ρ² I)`. It is 0 where rows are
  /// states, and the variance that is left once the noise is known where they are denoised points.
  ///
  /// A reward may answer for `x` alone, or better with `log E[e^r]` over that Gaussian; at 0 both must be `r(x)`.
  public var variance: Double
  /// True where the data is known to lie so around each row, and not only about so: then far tails of that Gaussian are to
  /// be believed.
  public var isGaussian: Bool
  /// `r(x)` in nats, `[count]`.
  public let values: UnsafeMutablePointer<Double>
  /// `∇r(x)`, row-major `[count, dimensions]`.
  public var gradients: UnsafeMutablePointer<Float>
  /// Scratch of the size the reward stated, of unspecified content, on an address that is a multiple of 64.
  public var workspace: UnsafeMutableBufferPointer<Float>

  /// A batch of memory that must stay valid while it is in use.
  public init(
    count: Int, dimensions: Int, states: UnsafePointer<Float>, variance: Double = 0,
    isGaussian: Bool = false,
    values: UnsafeMutablePointer<Double>, gradients: UnsafeMutablePointer<Float>,
    workspace: UnsafeMutableBufferPointer<Float> = .init(start: nil, count: 0)
  ) {
    self.count = count
    self.dimensions = dimensions
    self.states = states
    self.variance = variance
    self.isGaussian = isGaussian
    self.values = values
    self.gradients = gradients
    self.workspace = workspace
  }

  /// The same rows without spread, for a reward that takes another's values and not its expectations.
  var withoutVariance: RewardBatch {
    var batch = self
    batch.variance = 0
    return batch
  }

  /// `|∇r|²` of a row.
  func squaredGradient(_ row: Int) -> Double {
    var sum = 0.0
    for j in row * dimensions..<(row + 1) * dimensions {
      sum += Double(gradients[j]) * Double(gradients[j])
    }
    return sum
  }

  /// Multiplies a row's gradient.
  func scaleGradient(_ row: Int, by factor: Double) {
    for j in row * dimensions..<(row + 1) * dimensions { gradients[j] = Float(factor * Double(gradients[j])) }
  }
}
