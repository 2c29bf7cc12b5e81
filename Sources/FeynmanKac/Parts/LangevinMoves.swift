import Libc

/// The sizes and the noise of the moves at a level: one size for each fold, which depends on the particles of the others, where there
/// are others, and never on the moves that it is for.
///
/// Unchecked: within a pass every thread writes what belongs to its own block, and passes follow one another.
final class LangevinMoves: @unchecked Sendable {
  /// What is known of a fold.
  private struct Fold: BitwiseCopyable {
    var squares = 0.0
    var acceptance = 0.0
    var particles = 0.0
    /// The logarithm of what the kernel has learnt.
    var logFactor = 0.0
  }

  private let rejuvenation: Sampler.Rejuvenation
  private let plan: RunPlan
  /// `Σ |S + ∇r|²` of a block before it moves, and the sum of the probabilities with which its last moves were accepted.
  private let sums: BlockColumn<Double>
  /// What is known of the folds of all processes, `[foldsOfAll]`; each writes its own, from `first` on.
  private let folds: UnsafeMutablePointer<Fold>
  private let count: Int
  private let first: Int
  /// The folds that learn from each other, of those of all.
  private let groups: [Range<Int>]
  /// What the folds are given at a level, once all have been read.
  private let chosenLogFactors: UnsafeMutablePointer<Double>
  /// The sizes at the last level of odd number and at the last of even number, `[2, folds]`, of this process.
  private let sizes: UnsafeMutablePointer<LangevinMove>
  /// The normals and uniforms of both levels for the coarser of two coupled runs, `[N, 2 moves, d]` and `[N, 2 moves]`; nil for
  /// other runs.
  private let keptNormals: Column<Float>?
  private let keptUniforms: Column<Double>?
  /// The moves that these are to be like: those of the run beside which this one is made, or of the finer one.
  var model: LangevinMoves?
  /// How often particles have moved since the acceptance was last summed, and at which level; 0 before the first time.
  private var counted = 0
  private var lastLevel = 0

  /// - Returns: Nil where nothing moves.
  init?(_ plan: RunPlan, _ memory: PopulationMemory, _ table: ColumnTable) {
    guard let rejuvenation = plan.rejuvenation else { return nil }
    self.plan = plan
    self.rejuvenation = rejuvenation
    sums = table.block("sums of moves", Double.self, width: 2)
    count = plan.foldsOfAll
    first = plan.firstFold
    groups = plan.foldGroups
    folds = memory.arena.allocate(Fold.self, count)
    chosenLogFactors = memory.arena.allocate(Double.self, plan.folds)
    sizes = memory.arena.allocate(LangevinMove.self, 2 * plan.folds)
    let both = 2 * rejuvenation.moves
    let particles = memory.population.table
    keptNormals = particles.particle(
      "kept normals of moves", Float.self, width: both * plan.dimensions, if: plan.role == .finer)
    keptUniforms = particles.particle(
      "kept uniforms of moves", Double.self, width: both,
      if: plan.role == .finer && plan.needs.contains(.acceptance))
  }

  /// Before the first step.
  func begin() {
    for fold in 0..<plan.folds {
      let blocks = self.blocks(ofFold: fold)
      let rows = plan.population.blocks[blocks].reduce(0) { $0 + $1.count }
      folds[first + fold] = Fold(particles: Double(rows))
    }
    for place in 0..<2 * plan.folds { sizes[place] = .none }
  }

  private func blocks(ofFold fold: Int) -> Range<Int> {
    let first = plan.island(ofFold: fold) * plan.blocksPerIsland
    let own = plan.blocks(ofFold: fold)
    return first + own.lowerBound..<first + own.upperBound
  }

  // MARK: - Sizes

  /// Writes what a block's moves are sized by, where a step has led.
  func measure(_ block: Block, squares: Double) { sums[block][0] = squares }

  /// Chooses the sizes at a level, between two passes.
  ///
  /// - Throws: What the failure of another process is.
  func prepare(at level: Int, with ranks: (any RankGroup)?) throws {
    let place = self.place(of: level) * plan.folds
    if let model {
      for fold in 0..<plan.folds {
        let other = model.plan.folds == plan.folds ? fold : 0
        // The coarser run makes the moves of two levels of its model.
        for place in 0..<2 {
          sizes[place * plan.folds + fold] = model.sizes[place * model.plan.folds + other]
        }
      }
    } else {
      try choose(place, largest: largest(at: level), with: ranks)
    }
    counted = plan.moves(at: level)
    lastLevel = level
    for block in 0..<plan.blockCount { sums.row(block)[1] = 0 }
  }

  /// The most that `ε` may be: the noise level, where a model is known by its scores alone. There the score is what a network is off by in its
  /// denoised point, over the noise level: steps multiply it by that again, and longer moves would follow the error.
  private func largest(at level: Int) -> Double {
    plan.terms.allSatisfy(\.model.hasLogDensity) ? .infinity : plan.path.levels[level]
  }

  private func choose(_ place: Int, largest: Double, with ranks: (any RankGroup)?) throws {
    for fold in 0..<plan.folds {
      var (squares, acceptance) = (0.0, 0.0)
      for block in blocks(ofFold: fold) {
        let own = sums.row(block)
        squares += own[0]
        acceptance += own[1]
      }
      folds[first + fold].squares = squares
      folds[first + fold].acceptance = acceptance
    }
    try ranks?.gather(folds, count: count)
    for group in groups { choose(place, largest: largest, in: group) }
    for fold in 0..<plan.folds { folds[first + fold].logFactor = chosenLogFactors[fold] }
  }

  /// Chooses the sizes of the folds of a group, each by the others.
  private func choose(_ place: Int, largest: Double, in group: Range<Int>) {
    var total = Fold()
    for fold in group {
      total.squares += folds[fold].squares
      total.acceptance += folds[fold].acceptance
      total.particles += folds[fold].particles
      total.logFactor += folds[fold].logFactor
    }
    for fold in group.clamped(to: first..<first + plan.folds) {
      var others = total
      let own = folds[fold]
      if group.count > 1 {
        others.squares -= own.squares
        others.acceptance -= own.acceptance
        others.particles -= own.particles
        others.logFactor = (total.logFactor - own.logFactor) / Double(group.count - 1)
      }
      var factor = exp(others.logFactor)
      if counted > 0 {
        factor = rejuvenation.kernel.factor(
          after: factor, acceptance: others.acceptance / (others.particles * Double(counted)))
      }
      chosenLogFactors[fold - first] = log(factor)
      let precision = others.squares / (others.particles * Double(plan.intrinsicDimensions))
      // Without a curvature there is no size.
      sizes[place + fold - first] =
        precision > 0 && precision.isFinite
        ? rejuvenation.kernel.move(
          precision: precision, dimensions: plan.intrinsicDimensions, factor: factor, largest: largest)
        : .none
    }
  }

  private func place(of level: Int) -> Int { (level + 1) % 2 }

  /// Which of the two places a move of a level takes its size from, and its number among those that are kept there.
  private func place(ofMove move: Int, at level: Int) -> (size: Int, kept: Int) {
    guard plan.role == .coarser else {
      let size = place(of: level)
      return (size, size * rejuvenation.moves + move)
    }
    // The finer run's levels are `2 level − 1` and `2 level`, of which the first may have no moves.
    let first = (2 * level - 1) % rejuvenation.every == 0 ? 0 : 1
    let size = first + move / rejuvenation.moves
    return (size, size * rejuvenation.moves + move % rejuvenation.moves)
  }

  /// The size of a block's move.
  func size(ofMove move: Int, of block: Block, at level: Int) -> LangevinMove {
    sizes[place(ofMove: move, at: level).size * plan.folds + plan.fold(of: block)]
  }

  // MARK: - Noise

  /// Fills the normals of a move, `[rows, d]`.
  func fillNormals(
    _ normals: Rows<Float>, ofMove move: Int, _ block: Block, at level: Int, _ streams: RandomStreams
  ) {
    let d = plan.dimensions
    let place = place(ofMove: move, at: level).kept * d
    if plan.role == .coarser, let kept = model?.keptNormals?[block] {
      for row in 0..<block.count {
        (normals.base + row * d).update(from: kept.base + row * kept.width + place, count: d)
      }
      return
    }
    streams.fillNormals(
      normals.buffer, island: block.island, block: block.index, step: level * rejuvenation.moves + move,
      purpose: .rejuvenation)
    guard let kept = keptNormals?[block] else { return }
    for row in 0..<block.count {
      (kept.base + row * kept.width + place).update(from: normals.base + row * d, count: d)
    }
  }

  /// Fills the numbers that decide on a move, `[rows]`, between 0 and 1.
  func fillUniforms(
    _ uniforms: Rows<Double>, ofMove move: Int, _ block: Block, at level: Int, _ streams: RandomStreams
  ) {
    let place = place(ofMove: move, at: level).kept
    if plan.role == .coarser, let kept = model?.keptUniforms?[block] {
      for row in 0..<block.count { uniforms[row] = kept[row * kept.width + place] }
      return
    }
    streams.fillUniforms(
      uniforms.buffer, island: block.island, block: block.index, step: level * rejuvenation.moves + move,
      purpose: .acceptance)
    guard let kept = keptUniforms?[block] else { return }
    for row in 0..<block.count { kept[row * kept.width + place] = uniforms[row] }
  }

  /// Adds the probabilities with which a block's move was accepted.
  func add(acceptance: Double, _ block: Block) { sums[block][1] += acceptance }

  /// Writes what was learnt to a checkpoint, or reads it back.
  func exchange(_ state: StateExchange) throws(FileError) {
    // Folds of one island are written with it, as all that an island has.
    try state.islands("moves of folds", folds + first, count: plan.folds, of: plan.islands)
    for place in 0..<2 {
      try state.islands(
        "sizes of moves \(place)", sizes + place * plan.folds, count: plan.folds, of: plan.islands)
    }
    try state.value("moves that were counted", &counted)
    try state.value("level of moves", &lastLevel)
  }

  // MARK: - Reports

  /// What an island's moves at a level came to; nil where none were made.
  func report(ofIsland island: Int, at level: Int) -> Report? {
    guard level == lastLevel, counted > 0 else { return nil }
    var report = Report(acceptance: 0, drift: 0, isAdjusted: rejuvenation.kernel.isAdjusted)
    for block in 0..<plan.blocksPerIsland {
      report.acceptance += sums.row(island * plan.blocksPerIsland + block)[1]
    }
    report.acceptance /= Double(plan.islandParticles) * Double(counted)
    let folds = plan.folds(ofIsland: island)
    for fold in folds {
      report.drift += sizes[self.place(of: level) * plan.folds + fold].drift / Double(folds.count)
    }
    return report
  }

  struct Report: BitwiseCopyable {
    /// The mean probability with which they were accepted.
    var acceptance: Double
    /// `ε`, the mean over folds, in squared data units.
    var drift: Double
    /// Whether any could be refused.
    let isAdjusted: Bool
  }
}
