/// Who descends from whom, at a few levels of a run's path.
///
/// The path is cut into slices of equally many steps, and a slice ends after the resampling of its last step. For every
/// slot (the place that a particle has among the `N`), `parents` says in which slot at the end of the slice before its
/// particle was, or at the start. A lineage is followed by reading it from the last slice to the first:
///
/// ```swift
/// let slots = result.genealogy.lineage(of: 17)  // From the start of the path to particle 17 of the result.
/// slots.first == Int(result.ancestors[17])
/// ```
///
/// An island's particles have slots of their own, in the order of the result, and lineages never leave their island.
public struct Genealogy: Sendable, Equatable {
  /// `N`, over all islands.
  public let particles: Int
  /// The step that each slice ends with, ascending; the last is the last of the run.
  public let steps: [Int]
  /// `[slices, N]`, row-major: the slot at the end of the slice before, from `0..<N`.
  public let parents: [Int32]

  /// - Parameters:
  ///   - steps: Ascending.
  ///   - parents: `[steps.count, particles]`, each from `0..<particles`.
  ///   - particles: `N`, at least 1.
  public init(steps: [Int], parents: [Int32], particles: Int) {
    precondition(
      parents.count == steps.count * particles,
      "\(parents.count) parents for \(steps.count) slices of \(particles) particles")
    precondition(
      parents.allSatisfy { $0 >= 0 && $0 < particles }, "a parent is not one of \(particles) particles")
    self.particles = particles
    self.steps = steps
    self.parents = parents
  }

  /// How many slices the path is cut into.
  public var slices: Int { steps.count }

  /// The slots that a particle of the result and its ancestors were in: at the start of the path first, then at the end
  /// of each slice; `slices + 1` of them.
  public func lineage(of particle: Int) -> [Int] {
    var slots = [particle]
    for slice in (0..<slices).reversed() {
      slots.append(Int(parents[slice * particles + slots[slots.count - 1]]))
    }
    return slots.reversed()
  }

  /// The slot at the start that each particle of the result descends from, `[N]`: those of ``RunResult/ancestors``.
  public var origins: [Int] {
    var slots = Array(0..<particles)
    for slice in (0..<slices).reversed() {
      for index in slots.indices { slots[index] = Int(parents[slice * particles + slots[index]]) }
    }
    return slots
  }

  /// The genealogy of as many particles picked from the result, which take the slots at the end in this order.
  ///
  /// - Parameter picks: `N` indices from `0..<N`, any of them repeatedly, such as ``RunResult/resampledIndices(_:seed:)``.
  public func picking(_ picks: [Int]) -> Genealogy {
    guard slices > 0 else { return self }
    let last = (slices - 1) * particles
    return Genealogy(
      steps: steps, parents: Array(parents[..<last]) + picks.map { parents[last + $0] }, particles: particles)
  }

  /// How many slots have a descendant in the result: at the start of the path first, then at the end of each slice;
  /// `slices + 1` numbers, of which the last is `N`.
  ///
  /// - Complexity: O(*slices × N*).
  public var survivingLineages: [Int] {
    var isAlive = [Bool](repeating: true, count: particles)
    var counts = [particles]
    for slice in (0..<slices).reversed() {
      var isParentAlive = [Bool](repeating: false, count: particles)
      for slot in 0..<particles where isAlive[slot] {
        isParentAlive[Int(parents[slice * particles + slot])] = true
      }
      isAlive = isParentAlive
      counts.append(isAlive.reduce(0) { $0 + ($1 ? 1 : 0) })
    }
    return counts.reversed()
  }
}
