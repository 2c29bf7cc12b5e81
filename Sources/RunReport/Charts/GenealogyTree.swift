import FeynmanKac

/// The lineages of a few particles of the result, drawn by weight, laid out so that none cross.
struct GenealogyTree {
  struct Segment {
    /// The slice from whose end the line goes, counted from 0 for the start.
    let first: Int
    /// The slice to whose end it goes.
    var last: Int
    let from: Double
    let to: Double
    /// How many of the drawn particles descend through it.
    let leaves: Int
    /// Its family's place among those with more than one drawn particle; nil for the others.
    let family: Int?
  }

  let leaves: Int
  let segments: [Segment]
  /// Different ancestors at the start of the drawn particles.
  let families: Int

  /// - Parameters:
  ///   - genealogy: The genealogy of the run.
  ///   - weights: Normalised, of its particles.
  ///   - leaves: How many particles to draw, evenly along the sum of the weights: the same ones at every call.
  init(_ genealogy: Genealogy, weights: [Double], leaves: Int) {
    let picks = WeightedPicks.picks(weights, leaves)
    // Sorted by their slots from the start on, those who share a slot stand together at every slice.
    let lineages = picks.map { genealogy.lineage(of: $0) }.sorted { $0.lexicographicallyPrecedes($1) }
    var positions: [[Int: (sum: Double, count: Int)]] = []
    for slice in 0...genealogy.slices {
      var nodes: [Int: (sum: Double, count: Int)] = [:]
      for (rank, lineage) in lineages.enumerated() {
        let node = nodes[lineage[slice], default: (0, 0)]
        nodes[lineage[slice]] = (node.sum + Double(rank), node.count + 1)
      }
      positions.append(nodes)
    }
    var families: [Int: Int] = [:]
    for lineage in lineages where positions[0][lineage[0]]!.count > 1 && families[lineage[0]] == nil {
      families[lineage[0]] = families.count
    }
    var segments: [Segment] = []
    // Where each slot's segment is in the list, for those of the slice before.
    var ending: [Int: Int] = [:]
    for slice in 0..<genealogy.slices {
      var endingNext: [Int: Int] = [:]
      var previous: Int?
      // In the order of the leaves, so that the page is the same at every call.
      for lineage in lineages where lineage[slice + 1] != previous {
        previous = lineage[slice + 1]
        let (from, to) = (positions[slice][lineage[slice]]!, positions[slice + 1][lineage[slice + 1]]!)
        let (start, end) = (from.sum / Double(from.count), to.sum / Double(to.count))
        if let index = ending[lineage[slice]], from.count == to.count, segments[index].from == end {
          // Straight on.
          segments[index].last = slice + 1
          endingNext[lineage[slice + 1]] = index
        } else {
          endingNext[lineage[slice + 1]] = segments.count
          segments.append(
            Segment(
              first: slice, last: slice + 1, from: start, to: end, leaves: to.count,
              family: families[lineage[0]]))
        }
      }
      ending = endingNext
    }
    self.leaves = leaves
    self.segments = segments
    self.families = positions[0].count
  }
}
