internal import CKernels

/// All random numbers of a run, each stream a function of the seed and its place and never of the thread.
///
/// Philox is counter-based: every call is a pure function of (seed, island, block, step, purpose). A generator of GSL is
/// sequential, and there every block has one of its own for normals and every island one for everything else; calls
/// for one of them must come in the order of the steps, from one thread at a time. Calls for different blocks may
/// come from several threads at once.
///
/// Unchecked: the state of a sequential generator changes, under the rule above; all else is constant.
public final class RandomStreams: @unchecked Sendable {
  /// The source of the numbers.
  public let kind: GeneratorKind
  /// The seed of the run.
  public let seed: UInt64
  /// How many islands have streams.
  public let islands: Int
  /// The number of the first of them among those of the whole run.
  private let firstIsland: Int
  /// How many blocks of each island have streams.
  public let blocksPerIsland: Int
  /// The generators: for each island those of its blocks, then its own; empty for Philox.
  private let generators: [GSLGenerator]

  /// - Parameters:
  ///   - islands: Those of the whole run.
  ///   - share: The islands that have streams here, which are called by their numbers within it; nil for all.
  /// - Throws: `SetupError` for `generator`: a name that GSL does not know, or a generator whose seeds are too few to start
  ///   all streams differently.
  package init(
    kind: GeneratorKind, seed: UInt64, islands: Int, share: IslandShare? = nil, blocksPerIsland: Int
  ) throws {
    guard islands <= StreamKey.islandLimit else {
      throw SetupError("islands", "\(islands) islands; at most \(StreamKey.islandLimit) have random streams")
    }
    self.kind = kind
    self.seed = seed
    let share = share ?? IslandShare(of: islands)
    self.islands = share.count
    firstIsland = share.first
    self.blocksPerIsland = blocksPerIsland
    switch kind {
    case .philox:
      generators = []
    case .gsl where !kind.isSequential:
      generators = []
    case .gsl(let name):
      generators = try Self.sequentialGenerators(
        named: name, seed: seed, count: islands * (blocksPerIsland + 1),
        kept: share.first * (blocksPerIsland + 1)..<share.islands.upperBound * (blocksPerIsland + 1))
    }
  }

  /// What so many streams hold in memory, and what telling them apart takes.
  package static func bytes(of kind: GeneratorKind, count: Int) -> Int {
    guard kind.isSequential, case .gsl(let name) = kind,
      let one = try? GSLGenerator(named: name, seed: 1)
    else { return 0 }
    // The state, GSL's record of it, the object and its place in the list, and a set of hashes at most three quarters full.
    return count * (one.stateSize + 16 + 32 + 48 + 8 + 24)
  }

  private static func sequentialGenerators(
    named name: String, seed: UInt64, count: Int, kept: Range<Int>
  ) throws -> [GSLGenerator] {
    guard count <= StreamSeeds.limit else {
      throw SetupError(
        "generator", "\(count) streams, but '\(name)' has \(StreamSeeds.limit) seeds; take `.philox`")
    }
    let seeds = StreamSeeds(seed: seed)
    var generators: [GSLGenerator] = []
    // Old generators drop bits of the seed: what differs must be the states. Their hashes do, for states may be large.
    var hashes = Set<Int>(minimumCapacity: count)
    for stream in 0..<count {
      let generator = try GSLGenerator(named: name, seed: seeds[stream])
      guard hashes.insert(generator.state.hashValue).inserted else {
        throw SetupError(
          "generator",
          "'\(name)' starts two of \(count) streams alike, whatever their seeds; take `.philox` or `.gsl(\"mt19937\")`"
        )
      }
      if kept.contains(stream) { generators.append(generator) }
    }
    return generators
  }

  /// Standard normals for the proposal of a block; `step` 0 is the start of the path.
  package func fillNormals(
    _ normals: UnsafeMutableBufferPointer<Float>, island: Int, block: Int, step: Int,
    purpose: StreamPurpose = .proposal
  ) {
    guard let start = normals.baseAddress else { return }
    if generators.isEmpty {
      let key = StreamKey(
        seed: seed, island: firstIsland + island, block: block, step: step, purpose: purpose)
      fk_fill_normals(
        start, normals.count, key.seed, key.words.step, key.words.block, key.words.islandAndPurpose)
    } else {
      generators[island * (blocksPerIsland + 1) + block].fillNormals(normals)
    }
  }

  /// Numbers from the open interval between 0 and 1 for a block.
  package func fillUniforms(
    _ uniforms: UnsafeMutableBufferPointer<Double>, island: Int, block: Int, step: Int, purpose: StreamPurpose
  ) {
    if generators.isEmpty {
      var generator = PhiloxGenerator(
        StreamKey(seed: seed, island: firstIsland + island, block: block, step: step, purpose: purpose))
      for place in uniforms.indices { uniforms[place] = generator.openUniform() }
    } else {
      var generator = generators[island * (blocksPerIsland + 1) + block]
      for place in uniforms.indices { uniforms[place] = generator.openUniform() }
    }
  }

  /// Standard normals for the proposal of a block.
  ///
  /// - Parameters:
  ///   - normals: Rows of the block, to be written.
  ///   - level: The level that they bring the particles to; 0 is the start. Each level of a block has its own, from the
  ///     first at every call, so one call has to draw all that a step needs.
  public func fillNormals(_ normals: Rows<Float>, _ block: Block, level: Int) {
    fillNormals(normals.buffer, island: block.island, block: block.index, step: level)
  }

  /// The random words of an island's resampling by blocks, where numbers are not sequential.
  func resamplingNumbers(island: Int, step: Int) -> ResamplingNumbers {
    precondition(generators.isEmpty, "\(kind) has no streams for blocks")
    return ResamplingNumbers(
      StreamKey(seed: seed, island: firstIsland + island, step: step, purpose: .resampling))
  }

  /// Hands over the generator of an island's own decisions, such as resampling.
  package func withUniforms<Result>(
    island: Int, step: Int, purpose: StreamPurpose = .resampling,
    _ body: (inout BlockGenerator) throws -> Result
  ) rethrows -> Result {
    var generator: BlockGenerator =
      if generators.isEmpty {
        .philox(
          PhiloxGenerator(StreamKey(seed: seed, island: firstIsland + island, step: step, purpose: purpose)))
      } else {
        .gsl(generators[island * (blocksPerIsland + 1) + blocksPerIsland])
      }
    return try body(&generator)
  }
}

/// The concrete generators that a run can use.
package enum BlockGenerator: RandomNumberGenerator {
  case philox(PhiloxGenerator)
  case gsl(GSLGenerator)

  package mutating func next() -> UInt64 {
    switch self {
    case .philox(var generator):
      let value = generator.next()
      self = .philox(generator)
      return value
    case .gsl(let generator):
      return generator.next()
    }
  }
}

// MARK: - Checkpoints

extension RandomStreams {
  /// The size of `state`, and of what the generators hold in memory.
  package var stateSize: Int { generators.reduce(0) { $0 + $1.stateSize } }

  /// The states of all generators, one after the other; nothing for Philox, which has none.
  package var state: [UInt8] { generators.flatMap(\.state) }

  /// Puts states back.
  ///
  /// - Returns: False, with nothing changed, where the bytes are not as many as `state` has.
  package func restore(_ bytes: [UInt8]) -> Bool {
    guard bytes.count == stateSize else { return false }
    var rest = bytes[...]
    for generator in generators {
      generator.state = Array(rest.prefix(generator.stateSize))
      rest = rest.dropFirst(generator.stateSize)
    }
    return true
  }
}
