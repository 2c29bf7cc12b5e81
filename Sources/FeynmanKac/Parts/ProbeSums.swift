/// What probes of the models' scores tell of populations of particles: the mean derivative of each basis, of a fold's own particles, and the
/// whole of it, of all others, so that no particle's probe has a part in what is taken out of it.
struct ProbeSums {
  /// `Σ v div s` of each basis, scaled, and the number of particles.
  let slopes: BlockColumn<Double>
  /// What their mean derivatives are solved from; nil where none are.
  let products: BlockColumn<Double>?
  /// The same of each fold, and then of all folds but it, and of all.
  private let ofFolds: Rows<Double>?
  private let total: Rows<Double>?
  /// The folds that learn from each other, of those of all.
  private let groups: [Range<Int>]

  /// - Returns: Nil where nothing needs them.
  init?(_ plan: RunPlan, _ table: ColumnTable, in arena: Arena) {
    guard let bases = plan.scoreBases else { return nil }
    groups = plan.foldGroups
    slopes = table.block("slopes of scores", Double.self, width: bases.count + 1)
    guard plan.hasJacobians else {
      (products, ofFolds, total) = (nil, nil, nil)
      return
    }
    let width = ProbedJacobians.sums(plan)
    products = table.block("products of probes", Double.self, width: width)
    func rows(_ count: Int) -> Rows<Double> {
      Rows(
        base: arena.allocate(Double.self, count.multipliedSaturating(by: width)), count: count, width: width)
    }
    ofFolds = rows(plan.foldsOfAll)
    total = rows(1)
  }

  /// Tells every fold what was measured at a level.
  func settle(
    _ steps: UnsafeMutableBufferPointer<FoldStep>, _ plan: RunPlan, at level: Int,
    in passes: some ParticlePasses<DiffusionWorker>, with ranks: (any RankGroup)?
  ) throws {
    guard plan.probes(at: level) else {
      // In so much noise the denoised points stay where they are.
      for fold in steps.indices { steps[fold].scores?.measure(ahead: 0) { _ in -1 } }
      return
    }
    let isInner = level > 0 && level < plan.steps
    let ahead = isInner ? plan.path.stepLength(level) / plan.path.stepLength(level - 1) : 0
    for fold in steps.indices { measureSlopes(&steps[fold], fold, plan, ahead: 0.5 * ahead) }
    guard let ofFolds, let total else { return }
    let first = plan.firstFold
    try passes.overTasks(steps.count) { fold, _ in addUp(fold, plan, to: ofFolds.row(first + fold)) }
    try ranks?.gather(ofFolds.base, count: ofFolds.values)
    for group in groups {
      total.fill(0)
      for fold in group {
        let own = ofFolds.row(fold)
        for i in 0..<total.values { total[i] += own[i] }
      }
      let here = group.clamped(to: first..<first + steps.count)
      try passes.overTasks(here.count) { task, _ in
        let fold = here.lowerBound + task
        let own = ofFolds.row(fold)
        for i in 0..<total.values { own[i] = group.count > 1 ? total[i] - own[i] : total[i] }
        steps[fold - first].scores?.jacobians?.solve(own, scale: plan.path.levels[level], ahead: ahead)
      }
    }
  }

  private func numbers(ofFold fold: Int, _ plan: RunPlan) -> Range<Int> {
    let first = plan.island(ofFold: fold) * plan.blocksPerIsland
    let blocks = plan.blocks(ofFold: fold)
    return first + blocks.lowerBound..<first + blocks.upperBound
  }

  private func measureSlopes(_ step: inout FoldStep, _ fold: Int, _ plan: RunPlan, ahead: Double) {
    let numbers = numbers(ofFold: fold, plan)
    func sum(_ place: Int) -> Double { numbers.reduce(0) { $0 + slopes.row($1)[place] } }
    let values = sum(slopes.row(0).width - 1) * Double(plan.intrinsicDimensions)
    step.scores?.measure(ahead: ahead) { sum($0) / values }
  }

  private func addUp(_ fold: Int, _ plan: RunPlan, to sum: Rows<Double>) {
    sum.fill(0)
    guard let products else { return }
    for number in numbers(ofFold: fold, plan) {
      let own = products.row(number)
      for i in 0..<sum.values { sum[i] += own[i] }
    }
  }
}
