/// What happens to a block between two times that models are asked. The stages of a step follow one another; where models
/// answer for many blocks at a time, all blocks come to the end of one before the next begins.
enum StepStage {
  /// Particles are drawn where the path begins.
  case draw
  /// Particles move to where the scheme leads, or to where it asks once more.
  case move
  /// The drift there corrects the move.
  case correct
  /// What models and reward say where particles have come to.
  case arrive
  /// The reward's gradient is carried back through the denoised point by a finite difference.
  case carryBack
  /// Models whose log density is carried are asked beside the particles.
  case probe

  static func first(to level: Int) -> StepStage { level == 0 ? .draw : .move }

  /// Whether models are asked before it begins.
  var asks: Bool { self != .draw && self != .move }
}

extension RunPlan {
  /// The stage that comes next on the way to a level; nil after the last.
  func stage(after stage: StepStage, to level: Int) -> StepStage? {
    switch stage {
    case .draw: .arrive
    case .move: needs.contains(.secondDrift) ? .correct : .arrive
    case .correct: .arrive
    case .arrive where carriesBack(at: level): .carryBack
    case .arrive, .carryBack: probes(at: level) ? .probe : nil
    case .probe: nil
    }
  }

  /// Whether the gradient of a reward at the denoised point takes a finite difference at a level.
  func carriesBack(at level: Int) -> Bool {
    needs.contains(.twists) && twist?.jacobian == .finiteDifference && level < steps
      && rewardScales[level] != 0
  }
}
