/// How many particles a model wants to be asked about in one call. The number of threads has no say in it.
public enum Batching: Sendable, Equatable {
  /// One call for each block of particles, several of them at the same time: right for what computes on this machine's
  /// cores.
  case blocks
  /// One call for so many rows at most, at least 1.
  case rows(Int)
  /// The whole population in as many calls of equal size as are answered at the same time, and in more where one would hold
  /// over 256 MB of states: right for what computes elsewhere, or has a fixed cost a call.
  case all(callsAtOnce: Int = 1)

  /// The most bytes of one call's states under `all`.
  static let mostBytes = 1 << 28

  /// The most rows of a call; nil where calls are those of blocks.
  ///
  /// - Parameters:
  ///   - particles: How many rows there are in all.
  ///   - dimensions: `d`, the length of a row.
  func rows(of particles: Int, dimensions: Int) -> Int? {
    switch self {
    case .blocks: return nil
    case .rows(let rows): return max(1, min(rows, particles))
    case .all(let callsAtOnce):
      let most = max(1, Self.mostBytes / (4 * dimensions))
      let calls = max(callsAtOnce, (particles + most - 1) / most)
      return max(1, (particles + calls - 1) / calls)
    }
  }
}
