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

  package init(island: Int, index: Int, number: Int, start: Int, count: Int) {
    self.island = island
    self.index = index
    self.number = number
    self.start = start
    self.count = count
  }
}
