/// A fixed run of particles with its own random stream.
public struct Block: Sendable {
  /// The island that its particles belong to, from 0.
  public let island: Int
  /// Its place within its island.
  public let index: Int
  /// Its place among the blocks of all islands.
  public let number: Int
  /// The first particle's index in the run.
  public let start: Int
  /// How many particles it has.
  public let count: Int

  /// The same island and particle, counted over all processes that share the run.
  package let islandOfAll: Int
  package let startOfAll: Int

  /// - Parameter others: How many islands and particles of other processes come before those of this one.
  package init(
    island: Int, index: Int, number: Int, start: Int, count: Int,
    after others: (islands: Int, particles: Int) = (0, 0)
  ) {
    self.island = island
    self.index = index
    self.number = number
    self.start = start
    self.count = count
    islandOfAll = others.islands + island
    startOfAll = others.particles + start
  }
}
