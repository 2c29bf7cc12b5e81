/// Which particles a run hands to its observer on the way, and how often.
public struct Trajectory: Sendable, Equatable {
  /// After so many steps each; the start and the end are always among them.
  public var everySteps: Int
  /// How many slots, evenly spaced over all; all of them where there are fewer.
  public var particles: Int

  /// - Parameters:
  ///   - everySteps: At least 1.
  ///   - particles: At least 1.
  public init(everySteps: Int = 10, particles: Int = 100) {
    self.everySteps = everySteps
    self.particles = particles
  }
}

/// Some of the particles at one step of a run, after its resampling, with the slots they were in at the row before.
///
/// A slot is a place among the `N` particles. Resampling leaves a survivor in its slot and fills the slots of others with
/// copies, so a slot's states are one path for as long as `parents` names the slot itself.
public struct TrajectoryRow: Sendable {
  /// The row's number, from 0 on.
  public let index: Int
  /// The step that these are the particles after; 0 is the start.
  public let step: Int
  /// The slots, ascending, the same in every row.
  public let slots: [Int32]
  /// The slot of each one's particle, or of the ancestor of it, was in at the row before; in the first row, at the start
  /// of the path, which is itself unless step 0 resampled. Followed from the last row through the first they lead to
  /// `RunResult.ancestors`. From `0..<N`: not always one of `slots`, unless these are all.
  public let parents: [Int32]
  /// Row-major `[slots, d]`, in `x` coordinates.
  public let states: [Float]
  /// The log-weight of each slot, in nats, normalised over all `N` particles.
  public let logWeights: [Double]

  /// What it says of some particles alone.
  package func some(_ particles: Range<Int>) -> TrajectoryRow {
    let chosen = slots.indices.filter { particles.contains(Int(slots[$0])) }
    guard chosen.count < slots.count else { return self }
    let d = states.count / slots.count
    return TrajectoryRow(
      index: index, step: step, slots: chosen.map { slots[$0] }, parents: chosen.map { parents[$0] },
      states: chosen.flatMap { states[$0 * d..<($0 + 1) * d] }, logWeights: chosen.map { logWeights[$0] })
  }

  /// The same with log-weights that are normalised over all particles.
  ///
  /// - Parameters:
  ///   - logSum: Of the weights of all, in nats; nil where none are carried.
  ///   - particles: How many there are.
  ///   - first: The number of the first of them, which slots then count from.
  package func normalized(by logSum: Double?, particles: Int, countedFrom first: Int) -> TrajectoryRow {
    let equal = -LogWeights.logarithm(particles)
    let shift = Int32(truncatingIfNeeded: first)
    return TrajectoryRow(
      index: index, step: step, slots: slots.map { $0 - shift }, parents: parents.map { $0 - shift },
      states: states, logWeights: logWeights.map { logWeight in logSum.map { logWeight - $0 } ?? equal })
  }

  package init(
    index: Int, step: Int, slots: [Int32], parents: [Int32], states: [Float], logWeights: [Double]
  ) {
    self.index = index
    self.step = step
    self.slots = slots
    self.parents = parents
    self.states = states
    self.logWeights = logWeights
  }
}

/// Where the rows of a trajectory are along a run.
package struct TrajectoryRows: Sendable, Equatable {
  package let everySteps: Int
  package let slotCount: Int
  package let steps: Int
  package let particles: Int

  package init(_ trajectory: Trajectory, steps: Int, particles: Int) throws {
    guard trajectory.everySteps >= 1 else {
      throw SetupError(
        "trajectory.everySteps", "\(trajectory.everySteps); give a whole number from 1 on")
    }
    guard trajectory.particles >= 1 else {
      throw SetupError(
        "trajectory.particles", "\(trajectory.particles); give a whole number from 1 on")
    }
    everySteps = trajectory.everySteps
    slotCount = min(trajectory.particles, particles)
    self.steps = steps
    self.particles = particles
  }

  /// How many rows there are.
  package var count: Int { (steps + everySteps - 1) / everySteps + 1 }

  /// The row after a step; nil for most steps.
  package func index(ofStep step: Int) -> Int? {
    step == steps ? count - 1 : step.isMultiple(of: everySteps) ? step / everySteps : nil
  }

  package func slot(_ index: Int) -> Int { index * particles / slotCount }

  /// The slots that are among some particles, ascending.
  package func slots(of own: Range<Int>) -> [Int] {
    (0..<slotCount).lazy.map { slot($0) }.filter { own.contains($0) }
  }
}
