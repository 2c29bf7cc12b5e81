// What the observer of a run is told of particles on their way.

extension SteppedRun {
  /// Hands a row of the trajectory to the observer: of several processes to that of the first, with what all of them recorded.
  func show(_ row: TrajectoryRow) throws {
    let each = run.plan.islandParticles
    if let ranks, let rows = run.plan.trajectory {
      let counts = ranks.shares.map { rows.slots(of: $0.lowerBound * each..<$0.upperBound * each).count }
      let whole = try row.joined(by: ranks, counts: counts)
      return ranks.rank == 0 ? try show(whole, levels.records) : ()
    }
    let own = row.some(shown.lowerBound * each..<shown.upperBound * each)
    if levels.areKept { trajectoryWeights += own.logWeights }
    let first = run.plan.share.first
    try show(
      own, levels.records.some(shown.lowerBound - first..<shown.upperBound - first, run.diffusionPlan))
  }

  /// Hands a row of the trajectory to the observer that was recorded in parts.
  ///
  /// - Parameter weights: The log-weights that each part recorded.
  func show(
    _ trajectory: (Int) throws -> (parents: [Int32], states: [Float]), _ weights: [[Double]], at level: Int
  ) throws {
    let plan = run.plan
    guard let rows = plan.trajectory, let index = rows.index(ofStep: level) else { return }
    let slots = rows.slots(of: plan.firstParticle..<plan.firstParticle + plan.particles)
    let (parents, states) = try trajectory(index)
    let own = weights.flatMap { $0[index * $0.count / rows.count..<(index + 1) * $0.count / rows.count] }
    guard own.count == slots.count, parents.count == slots.count,
      states.count == slots.count * run.diffusionPlan.dimensions
    else { throw FileError(.malformed, "trajectory.npy", "is not that of the run") }
    try show(
      TrajectoryRow(
        index: index, step: level, slots: slots.map { Int32($0) }, parents: parents, states: states,
        logWeights: own), levels.records)
  }

  /// - Parameter records: Of the islands that the row is about.
  func show(_ row: TrajectoryRow, _ records: IslandRecords) throws {
    let shownRow = row.normalized(
      by: run.plan.carriesWeights ? records.logSum : nil, particles: records.particles,
      countedFrom: ranks == nil ? shown.lowerBound * run.plan.islandParticles : 0)
    trajectorySums.add(shownRow)
    try observer?.didRecord(shownRow)
  }
}
