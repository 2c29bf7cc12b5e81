// Islands that are copied whole, as particles are within an island.

extension ParticleRun {
  /// Replaces islands that have little of all weight by copies of those that have much, where that is due at a level.
  ///
  /// - Throws: `RankError` where another process has ended.
  func exchangeIslands(at level: Int) throws {
    guard let rule = plan.exchange, level < plan.steps else { return }
    var logs = [Double](repeating: 0, count: plan.share.total)
    for (island, log) in islandLogNormalizers.enumerated() { logs[plan.share.first + island] = log }
    try ranks?.gather(&logs)
    let merge = IslandMerge(logNormalizers: logs)
    guard merge.effectiveIslands < rule.threshold * Double(logs.count) else { return }
    for (source, destinations) in IslandExchange.copies(merge.weights, seed: streams.seed, step: level) {
      try copy(source, to: destinations)
      for island in destinations { logs[island] = logs[source] }
    }
    // All have the mean now.
    for index in islands.indices {
      islands[index].logNormalizer += merge.logNormalizer - logs[plan.share.first + index]
      islands[index].exchanges.count += 1
      islands[index].exchanges.relativeVariance += 1 / merge.effectiveIslands - 1 / Double(logs.count)
    }
  }

  /// Copies an island, once to each process.
  ///
  /// - Parameters:
  ///   - source: Its number among those of all processes.
  ///   - destinations: Likewise.
  private func copy(_ source: Int, to destinations: [Int]) throws {
    let own = destinations.filter(plan.share.islands.contains)
    let letter: IslandLetter
    if plan.share.islands.contains(source) {
      letter = IslandLetter()
      try exchangeIsland(StateExchange(packing: source - plan.share.first, into: letter))
      if let ranks {
        for (rank, share) in ranks.shares.enumerated()
        where rank != ranks.rank && destinations.contains(where: share.contains) {
          try ranks.send(letter.bytes, to: rank)
        }
      }
    } else if let ranks, !own.isEmpty, let rank = ranks.shares.firstIndex(where: { $0.contains(source) }) {
      letter = IslandLetter(try ranks.receive(from: rank))
    } else {
      return
    }
    for island in own.map({ $0 - plan.share.first }) {
      let former = islands[island]
      try exchangeIsland(StateExchange(unpacking: island, from: letter))
      islands[island].keepReport(of: former)
    }
  }

  /// All that an island takes along.
  private func exchangeIsland(_ state: StateExchange) throws {
    try population.table.exchange(state, islands: plan.islands)
    try state.islands("islands", islands.baseAddress!, count: islands.count, of: plan.islands)
    try model.exchange(state)
  }

  /// The island that all particles of an island come from, counted over all processes as they were at the start.
  package func eve(ofIsland island: Int) -> Int {
    Int(population.ancestors.all[island * plan.islandParticles]) / plan.islandParticles
  }

  /// The number of the first particle that an island's may descend from.
  func firstAncestor(ofIsland island: Int) -> Int { eve(ofIsland: island) * plan.islandParticles }
}
