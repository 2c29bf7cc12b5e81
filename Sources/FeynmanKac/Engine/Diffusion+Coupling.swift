import Foundation

// Two runs with the same noise, one at every second level of the other.

extension Diffusion {
  /// How the normals of two steps make the one of the step that spans both: as their noises add up, the first carried
  /// on by the pull of the second step, scaled to unit variance. So the coarser run has its own distribution whatever
  /// these numbers are; they only say how close it stays to this one.
  ///
  /// - Parameter variance: Of the step before.
  func pairing(
    of island: DiffusionIsland, after variance: Double, _ numbers: StepNumbers, step: Int
  ) -> (kept: Double, new: Double) {
    guard step % 2 == 1 else { return (0, 1) }
    let decay = numbers.pull * (1 - island.response.current) - island.control.slope
    let carried = exp(-decay * numbers.length) * variance.squareRoot()
    let norm = hypot(carried, island.move.variance.squareRoot())
    guard norm > 0, norm.isFinite else { return (0, 1) }
    return (carried / norm, island.move.variance.squareRoot() / norm)
  }
}
