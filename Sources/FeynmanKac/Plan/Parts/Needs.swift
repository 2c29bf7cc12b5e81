/// What a run must store or do for one of its parts.
///
/// The plan of a run has the union of what its parts need, and everything that costs memory or time asks there.
struct Needs: OptionSet, Sendable {
  let rawValue: UInt32

  private static func bit(_ number: UInt32) -> Needs { Needs(rawValue: 1 << number) }

  // MARK: What weights are made of

  /// Log-weights are carried.
  static let weights = bit(0)
  /// The rate `d log w/du` of every particle, and the feature by which a control changes it.
  static let rates = bit(1)
  /// The Gaussian density of each step, and that of its reversal.
  static let kernels = bit(2)
  /// `Σ aᵢ log qᵢ` of every particle, at every level.
  static let densities = bit(3)
  /// `log qᵢ` of every term, exact or carried along the path.
  static let termLogDensities = bit(4)
  /// Some `log qᵢ` must be carried along the path.
  static let carriedLogDensities = bit(5)
  /// A linear or diagonal control's products of all features.
  static let products = bit(6)

  // MARK: What a step is made of

  /// Scores of every term by itself.
  static let termScores = bit(7)
  /// The start of a step, at its end.
  static let stepStart = bit(8)
  /// The drift point of the step before.
  static let history = bit(9)
  /// How much of a change of the state its drift point follows.
  static let response = bit(10)
  /// The models' answers where a step has led, before it is done.
  static let secondDrift = bit(11)
  /// Particles are atoms: everything lives in the subspace without their centre of mass.
  static let atoms = bit(12)

  // MARK: What a reward does

  /// The gradient of the reward at the state is part of the drift.
  static let gradients = bit(13)
  /// The gradient of the reward at the denoised point shifts each step.
  static let twists = bit(14)
  /// The reward enters the weights by its difference, and not by a rate.
  static let rewardDifference = bit(15)
  /// Explicit steps follow the gradient of the reward, whose curvature may be too much for them.
  static let curvature = bit(16)

  // MARK: What guidance does

  /// The difference of a guided pair is turned and cut.
  static let projection = bit(17)
  /// The running average of that difference is kept with every particle.
  static let momentum = bit(18)
  /// How far a guided pair agrees, which may end one of its branches.
  static let alignment = bit(19)

  // MARK: What a control does

  /// Each coordinate may have a slope of its own.
  static let stretch = bit(20)
  /// The models' scores span a control, whose divergences are probed.
  static let scoreControl = bit(21)

  // MARK: What rejuvenation does

  /// Particles move at a level, along the scores there.
  static let moves = bit(22)
  /// Moves are accepted or not, by the composed densities at both ends.
  static let acceptance = bit(23)

  /// Each by itself, in the order in which faults are looked for: first those that take something of other parts for granted.
  static let inOrder: [Needs] = {
    let first: [Needs] = [
      .kernels, .twists, .densities, .atoms, .carriedLogDensities, .projection, .alignment, .scoreControl,
    ]
    return first + (0...23).map(bit).filter { !first.contains($0) }
  }()
}

extension Needs {
  /// What parts need together.
  init(of parts: [any Part]) {
    self = parts.reduce(into: []) { $0.formUnion($1.needs) }
    // A part cannot know the others, so what follows of several together is settled here, and nowhere else.
    //
    // Where no weights are carried nothing that only they are made of is of use.
    if !contains(.weights) {
      subtract([
        .rates, .products, .stretch, .scoreControl, .termLogDensities, .carriedLogDensities,
        .rewardDifference, .curvature,
      ])
    }
    // Kernels and second drifts know one slope for all coordinates.
    if !isDisjoint(with: [.kernels, .secondDrift]) { remove(.stretch) }
    // The composed density at both ends of a step has counted what moving exponents do.
    if contains(.densities) { subtract([.termLogDensities, .carriedLogDensities]) }
    // A log-density is carried along by what each model alone says at both ends of a step.
    if contains(.carriedLogDensities) { formUnion([.stepStart, .termScores]) }
    // Kernels weigh the step, whatever its drift is made of; the reward itself is still to be paid.
    if isSuperset(of: [.kernels, .gradients]) { insert(.rewardDifference) }
    // A control by scores looks back and solves what follows the state by what its probes tell.
    if contains(.scoreControl) { subtract([.history, .response]) }
    // Where kernels of models are compared with those of the target they must all be made alike, without a response.
    if contains(.kernels) { remove(.response) }
  }
}
