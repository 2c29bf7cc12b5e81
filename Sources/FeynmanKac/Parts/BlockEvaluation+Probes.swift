internal import CKernels

// Models that are asked once more beside each state, where their log densities are carried or their scores span a control.

extension BlockEvaluation {
  /// Puts states `y + h e` where the models are asked next.
  ///
  /// - Parameter seed: The run's.
  func displaceByProbes(_ block: Block, seed: UInt64, at level: Int) {
    guard let probes = scratch.probes else { return }
    let displaced = probes.states[block]
    var probe = Probe(block, seed: seed, dimensions: plan.dimensions, level: level)
    for row in 0..<block.count { probe.fill(displaced.row(row)) }
    if let atoms = plan.atoms { fk_remove_center_of_mass(block.count, atoms, displaced.base) }
    let length = Float(Probe.length * plan.path.levels[level].squareRoot())
    let states = state.states[block]
    for i in 0..<displaced.values { displaced[i] = states[i] + length * displaced[i] }
    ask(at: displaced, block, level: level)
  }

  /// Hands over what each model that is probed says at the displaced states, in `y` coordinates.
  ///
  /// - Parameter take: Given the number of its term and scores, `[rows, d]`, which are valid during the call alone.
  func askProbes(_ block: Block, at level: Int, _ take: (_ term: Int, _ scores: Rows<Float>) -> Void) throws {
    guard let probes = scratch.probes else { return }
    let displaced = probes.states[block]
    for (number, group) in groups.enumerated() where group.terms.contains(where: { plan.isProbed(terms[$0]) })
    {
      let answers = thread.scores[block]
      let isAnswered = batches?.answers(for: number) ?? false
      let point = terms[group.terms[0]].points[level]
      let inputs = isAnswered ? displaced : scaled(displaced, by: point.signal, block)
      let isTogether = !isAnswered && group.terms.allSatisfy { plan.isProbed(terms[$0]) }
      if isTogether, let stack = group.stack {
        try plan.asking(terms[group.terms[0]], at: level) {
          try stack.evaluate(batch(inputs, answers), at: $0)
        }
      }
      for (part, index) in group.terms.enumerated() where plan.isProbed(terms[index]) {
        let scores = answers.part(isTogether ? part : 0, width: plan.dimensions)
        if isAnswered {
          batches?.copy(part, ofGroup: number, block, scores: scores, logDensities: nil)
        } else if !isTogether || group.stack == nil {
          try plan.asking(terms[index], at: level) {
            try terms[index].model.evaluate(batch(inputs, scores), at: $0)
          }
        }
        try check(scores, of: index, block, at: level)
        if let atoms = plan.atoms { fk_remove_center_of_mass(block.count, atoms, scores.base) }
        if point.signal != 1 { for i in 0..<scores.values { scores[i] *= Float(point.signal) } }
        take(index, scores)
      }
    }
  }
}
