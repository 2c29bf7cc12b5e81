/// A fixed run of particles with its own random stream.
struct Block {
  let island: Int
  /// Its place within its island.
  let index: Int
  /// Its place among the blocks of all islands.
  let number: Int
  /// The first particle's index in the run.
  let start: Int
  let count: Int
}
