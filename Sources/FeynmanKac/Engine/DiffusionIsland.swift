internal import CKernels

/// What a diffusion knows of an island: the drift that keeps its weights even, and the step that it is making.
struct DiffusionIsland {
  var control: ControlFit
  var response = PointResponse()
  /// The step's mean and noise.
  var move = Move(affine: fk_affine(), offsetFactor: 0, variance: 0)
  /// Its reversal, for the ratio corrections.
  var reversal = Move(affine: fk_affine(), offsetFactor: 0, variance: 0)
  /// What the kept and the new normals are multiplied by, for the coarser of two coupled runs.
  var pairing: (kept: Double, new: Double) = (0, 1)
  /// `b` times the offset factor of the move and of its reversal, `[d]`; nil without a linear control.
  let offsets: UnsafeMutablePointer<Float>?
  let reversalOffsets: UnsafeMutablePointer<Float>?
  /// The mean cosine of the guided branches' scores when both were last asked.
  var alignment = 0.0
  /// The mean was below the threshold at some step, beyond doubt.
  var hasDisagreed = false
  /// The step whose particles were the last to ask both guided branches; nil while both are asked.
  var alignedStep: Int?
}
