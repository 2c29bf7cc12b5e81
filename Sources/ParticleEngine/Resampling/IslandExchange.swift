/// The exchanges of a run so far.
public struct IslandExchanges: Sendable, Equatable, BitwiseCopyable {
  /// How many there were.
  public var count = 0
  /// The sum of the relative variances that the mean of `Ẑ` had by the islands' weights at each, `Σ W_k² − 1/K`.
  public var relativeVariance = 0.0

  /// An account of none.
  public init() {}
}

/// When whole islands are resampled by their `Ẑ`: those with little are replaced by copies of those with much, which go on apart.
///
/// Every island has the same `Ẑ` after it, the mean of all, so that their mean stays unbiased. Where islands come apart, because one finds what others
/// miss, their particles are spent where the mass is; where they do not, nothing is exchanged.
/// - Source: Vergé, Dubarry, Del Moral & Moulines 2015, "On parallel implementation of sequential Monte Carlo methods: the island particle model"
///   (arXiv 1306.3911), whose islands interact likewise.
public struct IslandExchange: Sendable, Equatable {
  /// Islands are exchanged where their effective number, `1/Σ W_k²`, is below so many times their number; above 0, up to 1.
  public var threshold: Double

  /// - Parameter threshold: Half of the islands by default.
  public init(threshold: Double = 0.5) { self.threshold = threshold }

  /// The fewest islands whose spread tells an error once some are copies.
  public static let leastIslands = 8

  /// - Throws: `SetupError` where islands cannot be exchanged so.
  package func check(islands: Int, carriesWeights: Bool) throws {
    guard threshold > 0, threshold <= 1 else {
      throw SetupError("islandExchange", "a threshold of \(threshold); give a number above 0, up to 1")
    }
    guard carriesWeights else {
      throw SetupError("islandExchange", "islands are exchanged by their weights, and this run carries none")
    }
    guard islands >= Self.leastIslands else {
      throw SetupError(
        "islandExchange",
        "\(islands) islands; with fewer than \(Self.leastIslands) an exchange leaves nothing to tell the error by"
      )
    }
  }

  /// Which island is copied into which.
  ///
  /// - Parameters:
  ///   - weights: `W_k`, normalised.
  ///   - step: The step after which it happens; each has random numbers of its own, of Philox.
  /// - Returns: Islands that are copied, ascending, each with those that it replaces.
  static func copies(_ weights: [Double], seed: UInt64, step: Int) -> [(source: Int, destinations: [Int])] {
    var generator = PhiloxGenerator(StreamKey(seed: seed, island: 0, step: step, purpose: .exchange))
    var parents = [Int32](repeating: 0, count: weights.count)
    var workspace = ResamplingWorkspace()
    weights.withUnsafeBufferPointer { weights in
      parents.withUnsafeMutableBufferPointer {
        KillingResampler().fillAncestors(
          $0, of: NormalizedWeights(unchecked: weights), workspace: &workspace, using: &generator)
      }
    }
    var children = [Int](repeating: 0, count: weights.count)
    for parent in parents { children[Int(parent)] += 1 }
    var free = children.indices.filter { children[$0] == 0 }[...]
    return children.indices.filter { children[$0] > 1 }.map { source in
      defer { free = free.dropFirst(children[source] - 1) }
      return (source, Array(free.prefix(children[source] - 1)))
    }
  }
}
