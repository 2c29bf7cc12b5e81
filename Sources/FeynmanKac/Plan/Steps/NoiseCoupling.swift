import Libc

/// How the normals of two steps make the one of the step that spans both, for a coarser run at every second level.
///
/// As their noises add up, the first carried on by the pull of the second step, scaled to unit variance. So the coarser run
/// has its own distribution whatever these numbers are; they only say how close it stays to the finer one.
struct NoiseCoupling {
  /// What the normals that were kept are multiplied by.
  private(set) var kept = 0.0
  /// What the step's own are multiplied by.
  private(set) var new = 1.0

  init() {}

  /// - Parameters:
  ///   - own: The step that is about to be made.
  ///   - variance: That of the step before.
  init(_ own: FoldStep, _ response: PointResponse, after variance: Double, _ numbers: StepNumbers, step: Int)
  {
    guard step % 2 == 1 else { return }
    let deviation = own.move.variance.squareRoot()
    let decay = own.scores?.decay ?? numbers.pull * (1 - response.current) - own.control.slope
    let carried = exp(-decay * numbers.length) * variance.squareRoot()
    let norm = hypot(carried, deviation)
    guard norm > 0, norm.isFinite else { return }
    kept = carried / norm
    new = deviation / norm
  }
}
