import FeynmanKac

/// What processes that shared a run wrote of its trajectory, each of some islands, up to one of its checkpoints.
struct TrajectoryShares {
  /// The files of one process.
  private struct Share {
    /// Its slots, counted among those of all.
    let slots: Range<Int>
    let states: NPYRows<Float>
    let parents: NPYRows<Int32>
    let logWeights: NPYRows<Double>
  }

  private let shares: [Share]
  private let dimensions: Int
  private let rows: Int

  /// - Parameters:
  ///   - rows: How many there are.
  ///   - checkpoint: Whose files were found to hold what it was written beside.
  ///   - folder: Where all of it is.
  /// - Throws: `FileError`, missing or malformed.
  init(
    _ shape: Sampler.Plan.TrajectoryShape, _ rows: Int, of checkpoint: Checkpoint, in folder: String
  ) throws(FileError) {
    self.rows = rows
    dimensions = shape.dimensions
    var shares: [Share] = []
    for islands in checkpoint.shares {
      let names = TrajectoryFiles.names(of: checkpoint.isShared ? islands : nil)
      let share = Share(
        slots: shape.slots(of: islands), states: try NPYRows("\(folder)/\(names[0])", first: rows),
        parents: try NPYRows("\(folder)/\(names[1])", first: rows),
        logWeights: try NPYRows("\(folder)/\(names[2])", first: rows))
      let size = [shape.rows, share.slots.count]
      for (found, name) in [
        (share.states.shape, names[0]), (share.parents.shape + [dimensions], names[1]),
        (share.logWeights.shape + [dimensions], names[2]),
      ] where found != size + [dimensions] {
        throw FileError(.malformed, "\(folder)/\(name)", "is not that of the run")
      }
      shares.append(share)
    }
    self.shares = shares
  }

  /// Copies the rows.
  ///
  /// - Parameter slots: Those that are wanted.
  /// - Throws: `FileError`.
  func copy(_ slots: Range<Int>, to files: TrajectoryFiles) throws(FileError) {
    for row in 0..<rows {
      var (states, parents, logWeights): ([Float], [Int32], [Double]) = ([], [], [])
      for share in shares {
        let wanted = share.slots.clamped(to: slots)
        guard !wanted.isEmpty else { continue }
        let own = wanted.lowerBound - share.slots.lowerBound..<wanted.upperBound - share.slots.lowerBound
        states += try share.states.row(row)[own.lowerBound * dimensions..<own.upperBound * dimensions]
        parents += try share.parents.row(row)[own]
        logWeights += try share.logWeights.row(row)[own]
      }
      try files.append(states: states, parents: parents, logWeights: logWeights)
    }
  }
}
