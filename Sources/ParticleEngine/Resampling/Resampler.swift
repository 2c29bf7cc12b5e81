/// A rule that turns weights into parent indices.
///
/// Laws, checked on every conformer by `checkLaws(of:)` in the tests:
/// 1. Unbiased, where `isUnbiased`: particle `i` has `count · Wᵢ` children on average.
/// 2. A particle with `Wᵢ = 0` has none, for any generator.
/// 3. Ascending, so that copying reads memory in order.
public protocol Resampler: Sendable {
  /// The word for it in a config, and in messages; the type's name unless a rule says otherwise.
  var name: String { get }

  /// What it is, in a sentence; empty unless a rule says otherwise.
  var summary: String { get }

  /// False for the rules that are only right in a limit, which their documentation states.
  var isUnbiased: Bool { get }

  /// True where the estimator of Lee & Whiteley (2018) is right for runs that resample by this rule under an ESS
  /// trigger. It counts on collisions like those of independent draws, which most rules avoid.
  var supportsLeeWhiteley: Bool { get }

  /// True where the rule is only right when it acts at every step, as one that imitates the weights' flow in time; a plan
  /// with another trigger refuses it. False by default.
  var actsAtEveryStepOnly: Bool { get }

  /// The memory that the rule asks of its workspace for each particle, in bytes, for the plan of a run; 20 by default.
  var workspaceBytesPerParticle: Int { get }

  /// Writes the parent of each new particle: `ancestors.count` indices into `weights`.
  ///
  /// - Parameters:
  ///   - ancestors: Indices, as many as particles; to be written.
  ///   - weights: The weights, as many as there are ancestors to write.
  ///   - workspace: Memory that is reused from call to call.
  ///   - generator: The source of the rule's random numbers.
  func fillAncestors(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights,
    workspace: inout ResamplingWorkspace, using generator: inout some RandomNumberGenerator
  )
}

extension Resampler {
  /// The type's name unless a rule says otherwise.
  public var name: String { "\(type(of: self))" }
  /// Empty unless a rule says otherwise.
  public var summary: String { "" }
  /// True unless a rule says otherwise.
  public var isUnbiased: Bool { true }
  /// False unless a rule says otherwise.
  public var supportsLeeWhiteley: Bool { false }
  /// False unless a rule says otherwise.
  public var actsAtEveryStepOnly: Bool { false }
  /// 20 bytes, a count and two numbers, for a rule that does not say.
  public var workspaceBytesPerParticle: Int { 20 }
}
