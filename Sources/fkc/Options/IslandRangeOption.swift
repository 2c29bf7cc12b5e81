import ArgumentParser
import RunConfigurations

/// A range of islands: `0-15`, both of them included, or one.
struct IslandRangeOption: ExpressibleByArgument {
  let range: Range<Int>

  init?(argument: String) {
    guard let range = IslandRange.range(argument) else { return nil }
    self.range = range
  }
}
