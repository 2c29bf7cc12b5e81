/// The step that an island is making: the same for all its particles.
struct IslandStep {
  /// The drift that keeps its weights even.
  var control: ControlFit
  /// The step's mean and noise.
  var move = Move.none
  /// Its reversal, for corrections that weigh by kernels.
  var reversal = Move.none
  /// What is added where the scheme asks the models once more; nil for other schemes.
  var secondDrift: SecondDrift?
  /// `b` times the offset factor of the move and of its reversal, `[d]`; nil without a linear control.
  let offsets: UnsafeMutablePointer<Float>?
  let reversalOffsets: UnsafeMutablePointer<Float>?
}
