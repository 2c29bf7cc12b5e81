// Which particles have to do with each other on the way.

extension RunPlan {
  /// How many islands, counted from the first of the run, a call of a model is about at most. What a network answers about a row may depend on the
  /// rows beside it, and must not depend on which islands other processes have.
  var calledIslands: Int {
    let total = population.share.total
    guard total > 1, !needs.contains(.alignment) else { return 1 }
    let most = groups.compactMap(\.batchRows).min() ?? 0
    return max(1, min(most / islandParticles, (total + Self.mostCalledParts - 1) / Self.mostCalledParts))
  }
  /// How many parts of a population of several islands are asked about apart.
  private static let mostCalledParts = 8

  /// How many islands have to stay together in one process.
  var islandUnit: Int { asksTogether ? calledIslands : 1 }

  // MARK: - Islands that learn from each other

  /// Whether whole islands may be replaced by copies of others, so that none can be sampled without all.
  var exchangesIslands: Bool { population.exchange != nil }

  /// Whether islands learn from others on the way, so that none can be sampled without these.
  var couplesIslands: Bool { foldsAreIslands && (control != .none || needs.contains(.moves)) }

  /// How many particles tell a fit all that it gains from. With 32 for each number the fit adds a 32nd to the variance that it leaves.
  private var enoughToLearn: Int { max(Self.leastFitted, 32 * controlFeatures) }
  private static let leastFitted = 4096

  /// The fewest islands that learn from each other.
  private static let leastLearning = 8

  /// How many groups of islands there are that learn from each other and from nobody else: as many as leave each enough to learn from, so that
  /// groups can be sampled apart.
  private var learningGroups: Int {
    guard foldsAreIslands else { return 1 }
    // By the most numbers that any control has: what a run finds out before its first step must not change who learns from whom.
    let enough = max(Self.leastFitted, 32 * (2 * dimensions + terms.count + 3))
    let each = max(Self.leastLearning, (enough + islandParticles - 1) / islandParticles)
    return max(1, population.share.total / each)
  }

  /// The folds that learn from each other, group by group, all counted over the whole run.
  var foldGroups: [Range<Int>] {
    let groups = learningGroups
    return (0..<groups).map { $0 * foldsOfAll / groups..<($0 + 1) * foldsOfAll / groups }
  }

  /// The islands that have to be sampled together for some of them to be as in the whole run.
  func islands(sampledFor part: Range<Int>) -> Range<Int> {
    guard !exchangesIslands else { return 0..<population.share.total }
    var (first, last) = (part.lowerBound, part.upperBound)
    // Both bounds may be apart, and what one adds the other may have to complete.
    while true {
      let former = (first, last)
      if couplesIslands {
        for group in foldGroups where group.lowerBound < last && group.upperBound > first {
          (first, last) = (min(first, group.lowerBound), max(last, group.upperBound))
        }
      }
      first = first / islandUnit * islandUnit
      last = min(population.share.total, (last + islandUnit - 1) / islandUnit * islandUnit)
      if former == (first, last) { return first..<last }
    }
  }

  /// How many rows of a block the fit of a linear or diagonal control is made from: all, but where there are so many particles that the fit
  /// costs more than a few more would gain.
  func fittedRows(of block: Block) -> Int {
    let particles = population.particlesOfAll / learningGroups
    guard particles > enoughToLearn else { return block.count }
    return min(block.count, (blockRows * enoughToLearn + particles - 1) / particles)
  }

  // MARK: - Folds

  /// The most folds of an only island.
  static let mostFolds = 8

  /// Whether each island is a fold, as of several.
  private var foldsAreIslands: Bool { population.share.total > 1 }

  /// How many populations of particles there are in this process that share a control, each fitted to the others.
  var folds: Int {
    foldsAreIslands
      ? islands : control == .automatic || control == .scores ? min(Self.mostFolds, blocksPerIsland) : 1
  }

  /// How many folds all processes have together, and the number of the first of this one among them.
  var foldsOfAll: Int { foldsAreIslands ? population.share.total : folds }
  var firstFold: Int { foldsAreIslands ? population.share.first : 0 }

  func fold(of block: Block) -> Int {
    foldsAreIslands ? block.island : folds == 1 ? 0 : block.index * folds / blocksPerIsland
  }

  func folds(ofIsland island: Int) -> Range<Int> { foldsAreIslands ? island..<island + 1 : 0..<folds }

  func island(ofFold fold: Int) -> Int { foldsAreIslands ? fold : 0 }

  /// The blocks of a fold, counted within its island.
  func blocks(ofFold fold: Int) -> Range<Int> {
    guard !foldsAreIslands else { return 0..<blocksPerIsland }
    func first(_ fold: Int) -> Int { (fold * blocksPerIsland + folds - 1) / folds }
    return first(fold)..<first(fold + 1)
  }
}
