import CKernels
import ParticleEngine
import Testing

@Suite("Streams of a run")
struct RandomStreamsTests {
  private func normals(_ streams: RandomStreams, island: Int, block: Int, step: Int, count: Int = 8)
    -> [Float]
  {
    [Float](unsafeUninitializedCapacity: count) { memory, written in
      streams.fillNormals(
        UnsafeMutableBufferPointer(start: memory.baseAddress, count: count), island: island, block: block,
        step: step)
      written = count
    }
  }

  private func uniforms(
    _ streams: RandomStreams, island: Int, step: Int, purpose: StreamPurpose = .resampling
  ) -> [UInt64] {
    streams.withUniforms(island: island, step: step, purpose: purpose) { generator in
      (0..<4).map { _ in generator.next() }
    }
  }

  @Test("Philox gives the same numbers in any order of calls")
  func order() throws {
    let streams = try RandomStreams(kind: .philox, seed: 3, islands: 2, blocksPerIsland: 3)
    let forward = (0..<6).map { normals(streams, island: $0 / 3, block: $0 % 3, step: 1) }
    let backward = (0..<6).reversed().map { normals(streams, island: $0 / 3, block: $0 % 3, step: 1) }
    #expect(forward == backward.reversed())
    #expect(uniforms(streams, island: 1, step: 4) == uniforms(streams, island: 1, step: 4))
  }

  @Test("no two of seed, island, block, step and purpose share numbers")
  func distinct() throws {
    var seen = Set<[UInt64]>()
    var expected = 0
    for seed: UInt64 in [0, 1, 1 << 32] {
      let streams = try RandomStreams(kind: .philox, seed: seed, islands: 3, blocksPerIsland: 3)
      for island in [0, 1, 2] {
        for step in [0, 1, 2, 255, 256] {
          for block in 0..<3 {
            seen.insert(
              normals(streams, island: island, block: block, step: step).map { UInt64($0.bitPattern) })
            expected += 1
          }
          for purpose in StreamPurpose.allCases {
            seen.insert(uniforms(streams, island: island, step: step, purpose: purpose))
            expected += 1
          }
        }
      }
    }
    #expect(seen.count == expected)
  }

  @Test("purposes have counters of their own, whatever the island")
  func counters() {
    var words = Set<UInt32>()
    for island in [0, 1, 2, 255, 256, StreamKey.islandLimit - 1] {
      for purpose in StreamPurpose.allCases {
        words.insert(StreamKey(seed: 0, island: island, step: 0, purpose: purpose).words.islandAndPurpose)
      }
    }
    #expect(words.count == 6 * StreamPurpose.allCases.count)
  }

  @Test("the generator of a stream reads the words of its counters in order")
  func generator() throws {
    let streams = try RandomStreams(kind: .philox, seed: 5, islands: 4, blocksPerIsland: 1)
    var words = [UInt32](repeating: 0, count: 8)
    fk_fill_philox(&words, 8, 5, 9, 0, 3 << 8 | StreamPurpose.resampling.rawValue)
    #expect(
      uniforms(streams, island: 3, step: 9)
        == (0..<4).map { UInt64(words[2 * $0 + 1]) << 32 | UInt64(words[2 * $0]) })
  }

  @Test("blocks and islands of a sequential generator have streams of their own, and go on where they were")
  func sequential() throws {
    let streams = try RandomStreams(kind: .gsl("taus2"), seed: 0, islands: 2, blocksPerIsland: 2)
    let again = try RandomStreams(kind: .gsl("taus2"), seed: 0, islands: 2, blocksPerIsland: 2)
    var seen = Set<[Float]>()
    for step in 0..<3 {
      for index in 0..<4 { seen.insert(normals(streams, island: index / 2, block: index % 2, step: step)) }
    }
    #expect(seen.count == 12)
    // Another order of blocks, as threads would have it.
    for step in 0..<3 {
      for index in (0..<4).reversed() {
        #expect(seen.contains(normals(again, island: index / 2, block: index % 2, step: step)))
      }
    }
    #expect(uniforms(streams, island: 0, step: 1) != uniforms(streams, island: 1, step: 1))
  }

  @Test(
    "states put back go on as before",
    arguments: [.philox, .gsl("mt19937"), .gsl("ranlxd2")] as [GeneratorKind])
  func checkpoint(kind: GeneratorKind) throws {
    let streams = try RandomStreams(kind: kind, seed: 1, islands: 2, blocksPerIsland: 2)
    _ = normals(streams, island: 1, block: 0, step: 1, count: 7)
    let saved = streams.state
    let expected = normals(streams, island: 1, block: 0, step: 2)
    let decisions = uniforms(streams, island: 1, step: 2)
    let resumed = try RandomStreams(kind: kind, seed: 1, islands: 2, blocksPerIsland: 2)
    #expect(resumed.restore(saved))
    #expect(normals(resumed, island: 1, block: 0, step: 2) == expected)
    #expect(uniforms(resumed, island: 1, step: 2) == decisions)
    #expect(!resumed.restore(saved + [0]))
  }

  @Test("a generator that starts two streams alike is refused")
  func alike() {
    // `uni` uses 15 bits of its seed.
    #expect(
      throws: SetupError(
        "generator",
        "'uni' starts two of 40002 streams alike, whatever their seeds; take `.philox` or `.gsl(\"mt19937\")`"
      )
    ) {
      try RandomStreams(kind: .gsl("uni"), seed: 1, islands: 2, blocksPerIsland: 20_000)
    }
  }

  @Test("an unknown generator is refused")
  func unknown() {
    #expect(throws: SetupError.self) {
      try RandomStreams(kind: .gsl("mersenne"), seed: 1, islands: 1, blocksPerIsland: 1)
    }
  }
}
