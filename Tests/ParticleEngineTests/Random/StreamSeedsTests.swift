import ParticleEngine
import Testing

@Suite("Seeds of streams")
struct StreamSeedsTests {
  @Test("a million streams have a million seeds, all in 1 ... 2³¹ − 2", arguments: [0, 1, UInt64.max])
  func distinct(seed: UInt64) {
    let seeds = StreamSeeds(seed: seed)
    let values = (0..<1_000_000).map { seeds[$0] }
    #expect(Set(values).count == values.count)
    #expect(values.min()! >= 1)
    #expect(values.max()! <= 1 << 31 - 2)
    // They lie all over the range, not at its lower end.
    #expect(values.max()! > 1 << 31 - 100_000)
  }

  @Test("another run seed gives other seeds in another order")
  func runs() {
    let (a, b) = (StreamSeeds(seed: 0), StreamSeeds(seed: 1))
    #expect((0..<1000).filter { a[$0] == b[$0] }.count < 2)
  }

  @Test("the last stream has a seed of its own too")
  func last() {
    let seeds = StreamSeeds(seed: 7)
    let ends = [0, 1, StreamSeeds.limit - 2, StreamSeeds.limit - 1].map { seeds[$0] }
    #expect(Set(ends).count == 4)
  }
}
