// What a run remembers from one step to the next. Scratch memory is not among it: a step fills that before it reads it.

extension ParticleRun {
  /// Writes or reads back all of it but the random streams, which two coupled runs share.
  ///
  /// - Throws: `FileError`, unwritable, or malformed where the state is that of another run.
  package func exchange(_ state: StateExchange) throws {
    try state.value("step", &step)
    try population.table.exchange(state)
    try state.rows("islands", islands.baseAddress!, count: islands.count)
    for (slice, parents) in genealogy.enumerated() where plan.genealogySlices.lastStep(of: slice) <= step {
      try state.rows("genealogy \(slice)", parents.base, count: plan.particles)
    }
    try state.within("model") { try model.exchange(state) }
    guard state.isReading else { return }
    // What is used as an index is one, whoever wrote the file.
    for links in [population.ancestors, population.parents, population.trajectoryParents].compactMap({ $0 })
      + genealogy
    {
      let rows = links.all
      guard (0..<plan.particles).allSatisfy({ rows[$0] >= 0 && Int(rows[$0]) < plan.particles }) else {
        throw FileError(.malformed, "checkpoint", "names particles that there are not")
      }
    }
  }
}

extension ColumnTable {
  /// Writes or reads back the columns that belong to particles and blocks.
  ///
  /// - Throws: `FileError`.
  package func exchange(_ state: StateExchange) throws(FileError) {
    for (column, base) in zip(columns, bases) where column.owner != .step {
      try state.exchange(column.name, UnsafeMutableRawBufferPointer(start: base, count: column.bytes))
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
    var bytes = state.isReading ? [] : self.state
    try state.array("generators", &bytes)
    guard !state.isReading || restore(bytes) else {
      throw FileError(.malformed, "checkpoint", "has the generators of another run")
    }
  }
}
