import RunConfigurations
import Testing

/// What is cited, and that nothing is that is not there.
@Suite struct CitationTests {
  @Test("every entry of the bibliography is cited by a rule, and every rule's keys have an entry")
  func keys() {
    let entries = Bibliography.entries.map(\.key)
    #expect(entries.count > 20)
    #expect(Set(entries).count == entries.count)
    #expect(Set(CitationRule.all.flatMap(\.keys)) == Set(entries))
  }

  /// Seen to catch: a resampler that is called otherwise.
  @Test("what a rule asks for is a word that configs have")
  func words() throws {
    let sorts = Dictionary(uniqueKeysWithValues: Catalog.sorts.map { ($0.name, $0.kinds.map(\.name)) })
    let sortOf = [
      "correction": "corrections", "process.kind": "processes", "process.schedule": "schedules",
      "sampler.grid": "grids", "models.*.prediction": "predictions", "sampler.control": "controls",
      "sampler.rejuvenation.kind": "rejuvenation", "resampling.scheme": "resampling_schemes",
      "target.reward.at": "reward_places", "target.reward.kind": "rewards", "rng": "generators",
    ]
    for rule in CitationRule.all {
      guard let value = rule.value else { continue }
      let sort = try #require(sortOf[rule.path], "\(rule.path)")
      #expect(try #require(sorts[sort]).contains(value), "\(rule.path): \(value)")
    }
  }
}
