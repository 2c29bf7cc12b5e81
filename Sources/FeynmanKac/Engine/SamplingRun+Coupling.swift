import Foundation

// Two runs with the same noise, one at every second level of the other.

extension SamplingRun {
  /// How the normals of two steps make the one of the step that spans both: as their noises add up, the first carried
  /// on by the pull of the second step, scaled to unit variance. So the coarser run has its own distribution whatever
  /// these numbers are; they only say how close it stays to this one.
  ///
  /// - Parameter variance: Of the step before.
  func pairing(
    of island: IslandState, after variance: Double, _ numbers: StepNumbers, step: Int
  ) -> (kept: Double, new: Double) {
    guard step % 2 == 1 else { return (0, 1) }
    let decay = numbers.pull * (1 - island.response.current) - island.control.slope
    let carried = exp(-decay * numbers.length) * variance.squareRoot()
    let norm = hypot(carried, island.move.variance.squareRoot())
    guard norm > 0, norm.isFinite else { return (0, 1) }
    return (carried / norm, island.move.variance.squareRoot() / norm)
  }

  /// Resamples this run, the coarser one, as the finer one does: its particles keep what they are weighted beyond the
  /// finer one's, so that its log Z stays unbiased though the choice was not by its own weights.
  func follow(_ finer: SamplingRun, _ moves: UnsafeBufferPointer<Placement.Move>, island index: Int) {
    let own = plan.particles(ofIsland: index)
    let weights = state.logWeights[own]
    let finerWeights = finer.state.logWeights[own]
    for particle in 0..<own.count where finerWeights[particle] > -.infinity {
      weights[particle] -= finerWeights[particle]
    }
    for move in moves { weights[Int(move.destination)] = weights[Int(move.source)] }
    state.table.copy(moves, from: own.lowerBound)
    islands[index].logNormalizer += finer.islands[index].moments.logMean(of: plan.islandParticles)
  }
}
