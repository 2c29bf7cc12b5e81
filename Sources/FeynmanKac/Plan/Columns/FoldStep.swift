/// The step that a fold is making, an island or a few blocks of the only one: the same for all its particles.
struct FoldStep {
  /// The drift that keeps its weights even, over the whole step.
  var control: ControlFit
  /// What keeps them even at its start, and at that of the step before.
  var fit: ControlFit
  var formerFit: ControlFit
  /// The step's mean and noise.
  var move = Move.none
  /// The same for each coordinate, where the control has a slope for each; nil without one.
  let coordinates: CoordinateMoves?
  /// Its reversal, for corrections that weigh by kernels.
  var reversal = Move.none
  /// What is added where the scheme asks the models once more; nil for other schemes.
  var secondDrift: SecondDrift?
  /// What it knows of the scores that a control is spanned by; nil of another.
  var scores: ScorePull?
  /// How its normals are kept for the coarser of two coupled runs.
  var coupling = NoiseCoupling()
  /// `b` times the offset factor of the move and of its reversal, `[d]`; nil without a linear or diagonal control.
  let offsets: UnsafeMutablePointer<Float>?
  let reversalOffsets: UnsafeMutablePointer<Float>?
}
