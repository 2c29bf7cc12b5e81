/// The edges of a graph of atoms that all see each other.
///
/// Unchecked: the indices do not change. They belong to a `WeightStore`.
struct AtomPairs: @unchecked Sendable {
  let count: Int
  /// The atom that an edge moves, `[count]`.
  let first: UnsafePointer<Int32>
  /// The atom at its other end.
  let second: UnsafePointer<Int32>
  /// Whether an edge moves both: then each pair is there once, else once for each end.
  let isSymmetric: Bool

  init(atoms: Int, _ edges: EGNNEdges, in store: WeightStore) {
    isSymmetric = edges == .symmetric
    var pairs: [(Int, Int)] = []
    for i in 0..<atoms {
      for j in (isSymmetric ? i + 1 : 0)..<atoms where j != i { pairs.append((i, j)) }
    }
    count = pairs.count
    first = store.add(pairs.map { Int32($0.0) })
    second = store.add(pairs.map { Int32($0.1) })
  }
}
