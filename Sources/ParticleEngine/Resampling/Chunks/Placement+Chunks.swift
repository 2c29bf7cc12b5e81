extension Placement {
  /// Lists the rows to copy for children that are counted, on several threads: survivors stay in their slots, and the
  /// slots without children are filled, in ascending order of both, with the further children of others.
  ///
  /// - Parameters:
  ///   - counts: The children of each of `N` particles; they sum to `N`.
  ///   - moves: To be written; room for `N`.
  /// - Returns: How many rows there are to copy.
  package static func list(
    _ counts: UnsafeMutablePointer<Int32>, into moves: UnsafeMutablePointer<RowMove>,
    in chunks: ResamplingChunks
  ) -> Int {
    let starts = chunks.starts
    chunks.concurrently { _, chunk in
      var empty: Int32 = 0
      var children: Int32 = 0
      let rows = chunks.rows(of: chunk)
      for row in rows {
        empty &+= counts[row] == 0 ? 1 : 0
        children &+= counts[row]
      }
      starts[chunk] = (Int(empty), Int(children) - (rows.count - Int(empty)))
    }
    var (empty, surplus) = (0, 0)
    for chunk in 0..<chunks.count {
      let own = starts[chunk]
      starts[chunk] = (empty, surplus)
      empty += own.empty
      surplus += own.surplus
    }
    precondition(empty == surplus, "\(surplus) further children for \(empty) empty slots")
    let total = empty
    // Pairs of numbers: destinations and sources are found apart.
    let numbers = UnsafeMutableRawPointer(moves).assumingMemoryBound(to: Int32.self)
    chunks.concurrently { _, chunk in
      let isLast = chunk + 1 == chunks.count
      let next = isLast ? (empty: total, surplus: total) : starts[chunk + 1]
      let first = chunk * ResamplingChunks.rows
      // Each is written whether it is right or not and kept by moving on, which spares branches that cannot be
      // predicted; no write is beyond the chunk's own places, because all are found before.
      var place = starts[chunk].empty
      var row = first
      while place < next.empty {
        numbers[2 &* place] = Int32(truncatingIfNeeded: row)
        place &+= counts[row] == 0 ? 1 : 0
        row &+= 1
      }
      place = starts[chunk].surplus
      row = first
      while place < next.surplus {
        let source = Int32(truncatingIfNeeded: row)
        numbers[2 &* place &+ 1] = source
        let further = Int(max(counts[row], 1)) &- 1
        var child = 1
        while child < further {
          numbers[2 &* (place &+ child) &+ 1] = source
          child &+= 1
        }
        place &+= further
        row &+= 1
      }
    }
    return total
  }
}
