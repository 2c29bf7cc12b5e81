// What a diffusion remembers from one step to the next, beside the columns of its particles.

extension Diffusion {
  /// Writes it to a checkpoint, or reads it back.
  ///
  /// - Throws: `FileError` of the checkpoint.
  func exchange(_ state: StateExchange) throws {
    try state.islands("islands", islands.baseAddress!, count: islands.count, of: plan.islands)
    try sums.exchange(state, islands: plan.islands)
    for fold in steps.indices where state.includes(island: plan.island(ofFold: fold)) {
      try state.within("fold \(plan.firstFold + fold)") { try steps[fold].exchange(state) }
    }
    try moves?.exchange(state)
  }
}

extension FoldStep {
  /// What the step before leaves to the next one; the rest of it is made anew.
  fileprivate mutating func exchange(_ state: StateExchange) throws {
    try state.within("control") { try control.exchange(state) }
    try state.within("fit") { try fit.exchange(state) }
    try state.within("former fit") { try formerFit.exchange(state) }
    try state.value("move", &move)
    try state.value("coupling", &coupling)
    try scores?.exchange(state)
  }
}
