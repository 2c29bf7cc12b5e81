import FeynmanKac
import Testing

/// Seen to catch: parents not reset at the end of a slice; parents left behind by resampling; slices recorded before the
/// resampling of their last step; islands that write over each other.
@Suite("the genealogy of a run")
struct GenealogyTests {
  private static func sampler(_ scheme: ResamplingScheme = .killing, steps: Int = 100) -> Sampler {
    var sampler = ExampleTargets.sampler(steps: steps)
    sampler.control = .none
    sampler.resampling = .init(scheme.resampler, threshold: scheme == .birthDeath ? 1 : 0.7)
    return sampler
  }

  @Test(
    "followed to the start, every lineage ends at the particle's ancestor",
    arguments: ResamplingScheme.allCases, [1, 3])
  func ancestors(_ scheme: ResamplingScheme, _ islands: Int) throws {
    let result = try Self.sampler(scheme).run(particles: 3 * 400, islands: islands, seed: 2)
    #expect(result.resampleCount >= 3 * islands)
    let ancestors = result.ancestors.map { Int($0) }
    let isTraced = result.genealogy.origins == ancestors
    #expect(isTraced)
    let isFollowed = (0..<1200).map { result.genealogy.lineage(of: $0)[0] } == ancestors
    #expect(isFollowed)
    #expect(Set(ancestors).count < 1200)
  }

  @Test("for every correction and scheme", arguments: Sampler.Correction.allCases)
  func corrections(_ correction: Sampler.Correction) throws {
    var sampler = Self.sampler()
    sampler.correction = correction
    let result = try sampler.run(particles: 600, seed: 3)
    let isTraced = result.genealogy.origins == result.ancestors.map { Int($0) }
    #expect(isTraced)
    #expect((result.resampleCount > 0) == (correction != .none))
    let isIdentity = result.genealogy.parents.enumerated().allSatisfy { $0.offset % 600 == Int($0.element) }
    #expect(isIdentity == (correction == .none))
  }

  @Test("at the end of every slice as many ancestors are alive as the trace says")
  func ancestorsOnTheWay() throws {
    let result = try Self.sampler().run(particles: 900, islands: 3, seed: 4)
    let genealogy = result.genealogy
    #expect(genealogy.slices == 32)
    var origins = Array(0..<900)
    for (slice, step) in genealogy.steps.enumerated() {
      let parents = genealogy.parents[slice * 900..<(slice + 1) * 900]
      origins = parents.map { origins[Int($0)] }
      #expect(Set(origins).count == result.trace[step].uniqueAncestors)
    }
    let isTraced = origins == result.ancestors.map { Int($0) }
    #expect(isTraced)
  }

  @Test("one slice of millions of particles holds their ancestors")
  func oneSlice() throws {
    var sampler = Self.sampler(steps: 6)
    sampler.resampling.threshold = 1
    let result = try sampler.run(particles: 1 << 22, islands: 2, seed: 6)
    #expect(result.genealogy.steps == [6])
    #expect(result.resampleCount == 12)
    let isTraced = zip(result.genealogy.parents, result.ancestors).allSatisfy { Int64($0) == $1 }
    #expect(isTraced)
    #expect(result.genealogy.survivingLineages[0] == result.uniqueAncestors)
    #expect(result.uniqueAncestors < 1 << 22)
  }

  @Test("surviving lineages are the slots that some lineage passes through")
  func survivingLineages() throws {
    let result = try Self.sampler().run(particles: 500, seed: 5)
    let lineages = (0..<500).map { result.genealogy.lineage(of: $0) }
    let counts = (0...result.genealogy.slices).map { slice in Set(lineages.map { $0[slice] }).count }
    #expect(result.genealogy.survivingLineages == counts)
    #expect(counts[0] == result.uniqueAncestors && counts[result.genealogy.slices] == 500)
    #expect(counts == counts.sorted())
  }

  @Test("lineages stay in their island")
  func islands() throws {
    let result = try Self.sampler().run(particles: 800, islands: 4, seed: 6)
    let stays = result.genealogy.parents.enumerated().allSatisfy { Int($1) / 200 == $0 % 800 / 200 }
    #expect(stays)
  }

  @Test(
    "slices ascend evenly to the last step, at most 32 of them", arguments: [1, 2, 31, 32, 33, 100, 1000])
  func slices(_ steps: Int) throws {
    let ends = try Self.sampler(steps: steps).run(particles: 4, seed: 1).genealogy.steps
    #expect(ends.count == min(steps, 32))
    #expect(ends.last == steps)
    let lengths = zip([0] + ends, ends).map { $1 - $0 }
    #expect(lengths.min()! >= 1 && lengths.max()! - lengths.min()! <= 1)
  }

  @Test(
    "of many particles there are fewer slices, so that they take no more than 16 MiB"
  )
  func memory() throws {
    // All else takes as much for one step as for many. Where there are several slices, each takes four bytes a particle in
    // the run, and so do the parents of the one that is under way.
    func slices(_ particles: Int) throws -> Int {
      var sampler = Self.sampler()
      sampler.steps = 32
      let many = try sampler.plan(particles: particles, threads: 1).memoryBytes
      sampler.steps = 1
      let one = try sampler.plan(particles: particles, threads: 1).memoryBytes
      return max(1, (many - one) / (4 * particles) - 1)
    }
    #expect(try slices(10_000) == 32)
    #expect(try slices(131_072) == 32)
    #expect(try slices(262_144) == 16)
    #expect(try slices(300_000) == 13)
    #expect(try slices(4_194_304) == 1)
    #expect(try slices(5_000_000) == 1)
  }
}
