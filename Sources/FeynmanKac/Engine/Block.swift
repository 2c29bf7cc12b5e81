/// A fixed run of particles with its own random stream.
struct Block {
  let island: Int
  /// Within its island.
  let index: Int
  /// The first particle's index in the run.
  let start: Int
  let count: Int
}
