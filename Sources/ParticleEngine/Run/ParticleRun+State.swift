// What a run remembers from one step to the next. Scratch memory is not among it: a step fills that before it reads it.

extension ParticleRun {
  /// Writes or reads back all of it but the random streams, which two coupled runs share.
  ///
  /// - Throws: `FileError`, unwritable, or malformed where the state is that of another run.
  package func exchange(_ state: StateExchange) throws {
    try state.value("step", &step)
    try population.table.exchange(state, islands: plan.islands)
    try state.islands("islands", islands.baseAddress!, count: islands.count, of: plan.islands)
    let recorded = genealogy.indices.filter { plan.genealogySlices.lastStep(of: $0) <= step }
    for slice in recorded {
      try state.islands("genealogy \(slice)", genealogy[slice].base, count: plan.particles, of: plan.islands)
    }
    try state.within("model") { try model.exchange(state) }
    guard state.isReading else { return }
    // What is used as an index or counts is one, whoever wrote the file.
    guard (0...plan.steps).contains(step), islands.allSatisfy({ $0.isOf(plan) }) else {
      throw FileError(.malformed, "checkpoint", "has counts that no run comes to")
    }
    let own =
      plan.exchange == nil
      ? plan.firstParticle..<plan.firstParticle + plan.particles : 0..<plan.particlesOfAll
    for links in [population.ancestors, population.parents, population.trajectoryParents].compactMap({ $0 })
      + recorded.map({ genealogy[$0] })
    {
      let rows = links.all
      guard (0..<plan.particles).allSatisfy({ own.contains(Int(rows[$0])) }) else {
        throw FileError(.malformed, "checkpoint", "names particles that there are not")
      }
    }
    let eves = population.ancestors.all
    guard
      (0..<plan.particles).allSatisfy({
        Int(eves[$0]) / plan.islandParticles == eve(ofIsland: $0 / plan.islandParticles)
      })
    else { throw FileError(.malformed, "checkpoint", "has islands of several islands' descendants") }
  }
}

extension ColumnTable {
  /// Writes or reads back the columns that belong to particles and blocks.
  ///
  /// - Throws: `FileError`.
  package func exchange(_ state: StateExchange, islands: Int) throws(FileError) {
    for (column, base) in zip(columns, bases) where column.owner != .step {
      try state.exchangeIslands(
        column.name, UnsafeMutableRawBufferPointer(start: base, count: column.bytes), of: islands)
    }
  }

  /// The bytes of these columns.
  package var stateBytes: Int {
    columns.reduce(0) { $1.owner == .step ? $0 : $0.addingSaturating($1.bytes) }
  }
}

extension RandomStreams {
  /// Writes or reads back where sequential generators stand; Philox has no state.
  ///
  /// - Throws: `FileError`.
  package func exchange(_ state: StateExchange) throws(FileError) {
    guard stateSize > 0 else { return }
    var bytes = state.isReading ? [UInt8](repeating: 0, count: stateSize) : self.state
    let result = bytes.withUnsafeMutableBytes { bytes in
      Result { () throws(FileError) in try state.exchangeIslands("generators", bytes, of: islands) }
    }
    try result.get()
    guard !state.isReading || restore(bytes) else {
      throw FileError(.malformed, "checkpoint", "has the generators of another run")
    }
  }
}
