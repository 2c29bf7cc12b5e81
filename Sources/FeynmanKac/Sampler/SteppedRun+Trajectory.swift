// What the observer of a run is told of particles on their way.

extension SteppedRun {
  /// Hands what this process recorded of the trajectory to the observer.
  ///
  /// - Parameter records: Of all islands that the run is of.
  func show(_ row: TrajectoryRow, _ records: IslandRecords) throws {
    let each = run.plan.islandParticles
    let own = row.some(shown.lowerBound * each..<shown.upperBound * each)
    if levels.areKept { trajectoryWeights += own.logWeights }
    // Processes that share a run write rows of one trajectory, with weights and parents that are those of all.
    if ranks != nil { return try tell(own, records, countedFrom: 0) }
    let first = run.plan.share.first
    try tell(
      own, records.some(shown.lowerBound - first..<shown.upperBound - first, run.diffusionPlan),
      countedFrom: shown.lowerBound * each)
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
    try tell(
      TrajectoryRow(
        index: index, step: level, slots: slots.map { Int32($0) }, parents: parents, states: states,
        logWeights: own), levels.records, countedFrom: shown.lowerBound * run.plan.islandParticles)
  }

  /// - Parameters:
  ///   - records: Of the islands whose weights sum to 1.
  ///   - first: The number of the particle that slots are counted from.
  private func tell(_ row: TrajectoryRow, _ records: IslandRecords, countedFrom first: Int) throws {
    try observer?.didRecord(
      row.normalized(
        by: run.plan.carriesWeights ? records.logSum : nil, particles: records.particles,
        countedFrom: first))
  }
}
