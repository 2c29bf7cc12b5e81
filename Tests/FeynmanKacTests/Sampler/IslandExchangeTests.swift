import FeynmanKac
import Foundation
import ParticleEngine
import Testing

/// What a run with islands that are exchanged has to show.
@Suite("exchanged islands")
struct IslandExchangeTests {
  private func sampler(_ change: (inout Sampler) -> Void = { _ in }) -> Sampler {
    var sampler = ExampleTargets.sampler(nil, steps: 24)
    sampler.islandExchange = .init(threshold: 1)
    change(&sampler)
    return sampler
  }

  private final class Ending: RunObserver, @unchecked Sendable {
    let first: Int
    init(from first: Int) { self.first = first }
    func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool { step.step < first }
  }

  private static let changes: [(String, @Sendable (inout Sampler) -> Void)] = [
    ("the default control", { _ in }),
    (
      "a linear control and moves",
      {
        $0.control = .linear
        $0.rejuvenation = .metropolis(moves: 1)
      }
    ),
    ("a control by scores", { $0.control = .scores }),
    (
      "a generator with a state",
      {
        $0.generator = .gsl("mt19937")
        $0.control = .none
      }
    ),
    ("a pair beside the run", { $0.stepSizeError = .doubling(share: 0.2) }),
  ]

  @Test(
    "have the same bytes for any number of threads and ranks, and where the run goes on",
    arguments: 0..<changes.count)
  func sameBytes(_ index: Int) throws {
    let (name, change) = Self.changes[index]
    let comment = Comment(rawValue: name)
    let sampler = sampler(change)
    let whole = try sampler.run(particles: 320, islands: 16, seed: 4, threads: 1)
    #expect(whole.islandExchanges! > 1, comment)
    let isSame = try sampler.run(particles: 320, islands: 16, seed: 4, threads: 2).figures == whole.figures
    #expect(isSame, comment)

    let folder = NSTemporaryDirectory() + "fkc-exchange-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let rule = CheckpointRule(folder: folder, interval: .seconds(.infinity))
    // The others learn some steps later that one of them asks for the end.
    let ended = #expect(throws: RunError.self) {
      try ThreadRanks.run([0..<3, 3..<4, 4..<16]) { ranks in
        try sampler.sampleShare(
          ranks, particles: 320, islands: 16, seed: 4, threads: 1,
          observer: ranks.rank == 1 ? Ending(from: 4) : nil, checkpoints: rule, from: nil)
      }
    }
    let former = try #require(Checkpoint.newest(in: folder).checkpoint)
    #expect(ended == .cancelled(step: former.step) && former.step < former.steps, comment)
    try ThreadRanks.run([0..<9, 9..<16]) { ranks in
      try sampler.sampleShare(
        ranks, particles: 320, islands: 16, seed: 4, threads: 1, observer: nil, checkpoints: rule,
        from: Checkpoint.newest(in: folder).checkpoint)
    }
    let states = try #require(Checkpoint.newest(in: folder).checkpoint)
    let shared = try sampler.join(states, threads: 1, observer: nil, trajectory: nil)
    let isShared = shared.figures == whole.figures && shared.islandExchanges == whole.islandExchanges
    #expect(isShared, comment)
  }

  @Test("have lineages that lead to the ancestors, and count copies once")
  func lineages() throws {
    let result = try sampler { $0.control = .none }.run(particles: 320, islands: 16, seed: 4)
    #expect(result.genealogy.origins == result.ancestors.map { Int($0) })
    // Some island is a copy of another.
    #expect(result.ancestors.enumerated().contains { Int($0.element) / 20 != $0.offset / 20 })
    #expect(Set(result.ancestors).count == result.uniqueAncestors)
    #expect(result.trace.last!.uniqueAncestors <= result.uniqueAncestors)
    var shares: [Int64: Double] = [:]
    for (ancestor, weight) in zip(result.ancestors, result.logWeights) {
      shares[ancestor, default: 0] += exp(weight)
    }
    let effective = 1 / shares.values.reduce(0) { $0 + $1 * $1 }
    #expect(abs(result.effectiveAncestors / effective - 1) < 1e-9)
  }

  @Test("are not exchanged where they do not come apart")
  func even() throws {
    let gaussian = try GaussianMixture(means: [[0.5, -1]], weights: [1], standardDeviation: 0.7)
    let sampler = sampler {
      $0.target = .annealed(gaussian, inverseTemperature: 2)
      $0.islandExchange = .init()
    }
    let result = try sampler.run(particles: 3200, islands: 16, seed: 4)
    #expect(result.islandExchanges == 0)
    var plain = sampler
    plain.islandExchange = nil
    let other = try plain.run(particles: 3200, islands: 16, seed: 4)
    let isSame = result.figures == other.figures
    #expect(isSame && other.islandExchanges == nil)
  }

  @Test("are refused where they cannot be")
  func refused() throws {
    for (change, islands, words) in [
      ({ $0.islandExchange = .init(threshold: 0) }, 16, "a threshold of 0.0"),
      ({ $0.islandExchange = .init(threshold: 1.5) }, 16, "a threshold of 1.5"),
      ({ _ in }, 4, "4 islands"), ({ _ in }, 1, "1 islands"),
      ({ $0.correction = .none }, 16, "carries none"),
      ({ $0.stepSizeError = .doubling() }, 16, "`.doubling()` of all particles"),
    ] as [((inout Sampler) -> Void, Int, String)] {
      let error = try #require(throws: SetupError.self) {
        try sampler(change).plan(particles: 320, islands: islands)
      }
      #expect(error.description.contains(words), "\(error)")
    }
    let error = try #require(throws: SetupError.self) {
      try sampler().plan(particles: 320, islands: 16, part: 0..<8)
    }
    #expect(error.description.contains("sampled together"), "\(error)")
  }
}
