extension ParticleRun<Diffusion> {
  /// The row of the trajectory that is due after a step, and starts to follow the slots anew.
  func recordTrajectory(at step: Int) -> TrajectoryRow? {
    guard let rows = plan.trajectory, let links = population.trajectoryParents?.all,
      let index = rows.index(ofStep: step)
    else { return nil }
    let slots = (0..<rows.slotCount).map { rows.slot($0) }
    let signal = diffusionPlan.path.signals[step]
    let d = diffusionPlan.dimensions
    var states: [Float] = []
    states.reserveCapacity(slots.count * d)
    let rowsOfStates = model.state.states.all
    for slot in slots {
      for j in 0..<d { states.append(Float(signal * Double(rowsOfStates[slot * d + j]))) }
    }
    let row = TrajectoryRow(
      index: index, step: step, slots: slots.map { Int32($0) }, parents: slots.map { links[$0] },
      states: states, logWeights: normalizedLogWeights(of: slots))
    let blocks = resampling[0].blocks
    for island in 0..<plan.islands {
      let first = island * plan.islandParticles
      blocks.concurrently { _, block in
        for slot in blocks.rows(of: block) { links[first + slot] = Int32(truncatingIfNeeded: first + slot) }
      }
    }
    return row
  }

  private func normalizedLogWeights(of slots: [Int]) -> [Double] {
    let equal = -LogWeights.logarithm(plan.particles)
    guard plan.carriesWeights else { return Array(repeating: equal, count: slots.count) }
    var all = WeightMoments()
    for island in islands {
      var moments = island.moments
      guard moments.highest > -.infinity else { continue }
      moments.scale(byLog: island.logNormalizer)
      all.merge(moments)
    }
    let logSum = all.logSum
    return slots.map {
      population.logWeights.all[$0] + islands[$0 / plan.islandParticles].logNormalizer - logSum
    }
  }
}
