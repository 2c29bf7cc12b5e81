/// How particles move at a level so that the composed density there stays as it is: one conformer a file in `Rejuvenation`, and a line
/// in the registry of the config.
///
/// A move goes along the score and gets noise, `y' = y + ε (S + ∇r) + √V z`; an adjusted one is then accepted or not.
package protocol RejuvenationKernel: Sendable {
  /// The word for it in a config.
  var name: String { get }
  /// Whether a move is accepted by densities, which leaves them exactly as they are; else to first order in its size.
  var isAdjusted: Bool { get }
  /// What is wrong with its numbers: the property and what to give; nil where nothing is.
  var fault: (property: String, advice: String)? { get }

  /// The size of the moves at a level.
  ///
  /// - Parameters:
  ///   - precision: `E|S + ∇r|²/D`, by Stein's identity the mean curvature of `−log p`, in inverse squared data units.
  ///   - dimensions: `D`.
  ///   - factor: What moves before have taught, 1 at first, no unit.
  ///   - largest: The most that `ε` may be, in squared data units.
  func move(precision: Double, dimensions: Int, factor: Double, largest: Double) -> LangevinMove

  /// The factor of the next level.
  ///
  /// - Parameter acceptance: The mean probability with which moves were accepted that were made with `factor`.
  func factor(after factor: Double, acceptance: Double) -> Double
}

/// The size of a move along the score.
package struct LangevinMove: Sendable, BitwiseCopyable {
  /// `ε`, what the score is multiplied by, in squared data units.
  var drift: Double
  /// `V`, the variance of the noise per dimension, in squared data units.
  var variance: Double

  /// Nothing moves.
  static let none = LangevinMove(drift: 0, variance: 0)
}

extension Sampler {
  /// Moves at a level, after its step and resampling, which leave the composed density there as it is.
  ///
  /// They pull copies of a particle apart and mend what steps have done to the density. Log-weights and log Z stay what they are, so
  /// they do not move mass between places that are far apart.
  public struct Rejuvenation: Sendable, CustomStringConvertible {
    let kernel: any RejuvenationKernel
    /// How often each particle moves at a level, at least 1; each move asks the models once.
    public var moves: Int
    /// How many levels lie between those with moves, at least 1: 1 is every level.
    public var every: Int
    /// The steps of the finer of two coupled runs, for the coarser one, which makes the moves of both its levels; nil for others.
    var finerSteps: Int?

    package init(_ kernel: any RejuvenationKernel, moves: Int = 1, every: Int = 1) {
      self.kernel = kernel
      self.moves = moves
      self.every = every
    }

    /// The most moves of a level.
    package static let mostMoves = 1000

    /// How often each particle moves at a level of the path.
    func moves(at level: Int) -> Int {
      guard level > 0 else { return 0 }
      guard let finerSteps else { return level % every == 0 ? moves : 0 }
      return (2 * level - 1...min(2 * level, finerSteps)).reduce(0) { $0 + ($1 % every == 0 ? moves : 0) }
    }

    /// The word for it in a config.
    public var description: String { kernel.name }
    /// The kernel as code spells it.
    var constant: String { ".\(kernel.name)()" }
  }
}

/// What rejuvenation needs of a run.
struct RejuvenationPart: Part {
  let needs: Needs
  let refusals: [Refusal]

  /// - Parameter twist: What depends on the path of a reward at the denoised point; nil for one at the state.
  /// - Returns: Nil without rejuvenation.
  init?(_ rejuvenation: Sampler.Rejuvenation?, _ reward: (any Reward)?, _ twist: PlannedTwist?) {
    guard let rejuvenation else { return nil }
    let setting = "sampler.rejuvenation"
    let isAdjusted = rejuvenation.kernel.isAdjusted
    needs = isAdjusted ? [.moves, .acceptance] : .moves
    var refusals = [
      Refusal(
        .projection, setting,
        "moves go along the composed scores, which `guidance.projection` changes to those of no density; leave one of them out"
      ),
      Refusal(
        .alignment, setting,
        "moves ask both branches, one of which `guidance.alignmentThreshold` leaves out; leave one of them out"
      ),
      Refusal(
        .carriedLogDensities, setting,
        "exponents that move need log densities, which models without them carry along their steps and not along moves; use "
          + "`path: .constant` and exponents that stand still, or leave it out"),
      Refusal(
        .scoreControl, setting,
        "moves leave the probes of `control: .scores` behind; use `control: .linear`, or leave it out"),
    ]
    if !isAdjusted, let reward {
      if !reward.hasGradient {
        refusals.append(
          Refusal(
            .rewardDifference, setting,
            "`\(rejuvenation.constant)` follows the reward's gradient, and this one has none; use `.metropolis()`"
          ))
      } else if twist?.jacobian == .isotropic {
        refusals.append(
          Refusal(
            .twists, setting,
            "`\(rejuvenation.constant)` follows the reward's gradient, of which the isotropic Jacobian is a guess; use "
              + "`jacobian: .finiteDifference` or `.metropolis()`"))
      }
    }
    self.refusals = refusals
  }
}

extension RunPlan {
  /// Refuses numbers of a rejuvenation that cannot work.
  static func check(_ rejuvenation: Sampler.Rejuvenation?, steps: Int) throws {
    guard let rejuvenation else { return }
    for (property, value) in [("moves", rejuvenation.moves), ("every", rejuvenation.every)] where value < 1 {
      throw SetupError("sampler.rejuvenation.\(property)", "\(value); give 1 or more")
    }
    guard rejuvenation.moves <= Sampler.Rejuvenation.mostMoves else {
      throw SetupError(
        "sampler.rejuvenation.moves",
        "\(rejuvenation.moves); give at most \(Sampler.Rejuvenation.mostMoves)")
    }
    // Each move has random numbers by its own.
    guard steps.multipliedSaturating(by: rejuvenation.moves) < Int(UInt32.max) else {
      throw SetupError(
        "sampler.rejuvenation.moves", "\(rejuvenation.moves) at each of \(steps) levels; give fewer")
    }
    if let fault = rejuvenation.kernel.fault {
      throw SetupError("sampler.rejuvenation.\(fault.property)", fault.advice)
    }
  }

  /// `p`, where errors of the step size fall like the steps' length to that power. Rewards that are paid by their differences cancel along a particle's
  /// path, but for what is paid where it moves at a level: what a step is off by to first order then stays.
  var order: Int {
    let keepsFirstOrder = needs.isSuperset(of: [.moves, .rates, .rewardDifference])
    return keepsFirstOrder ? min(1, scheme.order) : scheme.order
  }

  /// How often each particle moves at a level, after its step.
  func moves(at level: Int) -> Int { rejuvenation?.moves(at: level) ?? 0 }
}
