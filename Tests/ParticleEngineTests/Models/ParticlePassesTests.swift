import ParticleEngine
import Testing

/// Independent normals at every level, whose weights depend on the mean of all: `exp(−(x − x̄)²)`.
private final class MeanField: ParticleModel {
  struct Failed: Error {}

  let states: Column<Double>
  private let logWeights: Column<Double>
  private let normals: [ScratchColumn<Float>]
  private let streams: RandomStreams
  /// Rows of a task, so that there are more tasks than blocks.
  private let rows = 10
  private let sums: Column<Double>
  /// The task that fails at level 2.
  let failing: Int?

  init(_ population: Population, _ streams: RandomStreams, failing: Int? = nil) {
    states = population.table.particle("states", Double.self)
    sums = population.table.step("sums", ofAll: Double.self, width: 1)
    normals = (0..<population.threads).map { population.table.step("normals of thread \($0)", Float.self) }
    logWeights = population.logWeights
    self.streams = streams
    self.failing = failing
  }

  func makeWorker(thread: Int) -> ScratchColumn<Float> { normals[thread] }
  func begin(_ block: Block, _ normals: ScratchColumn<Float>) { draw(block, normals[block], at: 0) }
  func advance(_ block: Block, from step: Int, _ normals: ScratchColumn<Float>) {}

  func advance(from step: Int, in passes: some ParticlePasses<ScratchColumn<Float>>) throws {
    try passes.overBlocks { block, normals in draw(block, normals[block], at: step + 1) }
    let all = states.all
    try passes.overTasks(all.count / rows) { task, _ in
      if step == 1, task == failing { throw Failed() }
      sums.all[task] = (task * rows..<(task + 1) * rows).reduce(0) { $0 + all[$1] }
    }
    let mean = (0..<all.count / rows).reduce(0) { $0 + sums.all[$1] } / Double(all.count)
    try passes.arrive { block, _ in
      let (x, logWeights) = (states[block], logWeights[block])
      for row in 0..<block.count { logWeights[row] -= (x[row] - mean) * (x[row] - mean) }
    }
  }

  private func draw(_ block: Block, _ normals: Rows<Float>, at level: Int) {
    streams.fillNormals(normals, block, level: level)
    for row in 0..<block.count { states[block][row] = Double(normals[row]) }
  }
}

@Suite("Several passes a step")
struct ParticlePassesTests {
  // E[exp(−(x − x̄)²)] = 3^(−1/2) for one level as N grows; x̄ and the mean of N potentials are off by 1/√N. Over 20 levels the
  // standard error of log Z is below √(20/N) = 0.032 and its bound four of it: a false alarm has a chance below 1e-4.
  // Seen to catch: weights summed before the last pass.
  @Test("see all particles between two of them, for any number of threads", arguments: [1, 3])
  func meanField(threads: Int) throws {
    let sampler = SequentialMonteCarlo(particles: 20_000, steps: 20)
    let run = try sampler.run(seed: 3, threads: threads) { MeanField($0, $1) }
    let expected = -10 * log3
    #expect(abs(run.logNormalizer.value - expected) < 4 * 0.032)
    let alone = try sampler.run(seed: 3, threads: 1) { MeanField($0, $1) }
    #expect(run.logNormalizer.value == alone.logNormalizer.value)
  }

  private let log3 = 1.0986122886681098

  // Seen to catch: tasks beyond the number of blocks left out.
  @Test("end a run with what a task throws")
  func failing() throws {
    let sampler = SequentialMonteCarlo(particles: 20_000, steps: 20)
    #expect(throws: MeanField.Failed.self) {
      try sampler.run(seed: 3, threads: 2) { MeanField($0, $1, failing: 1999) }
    }
  }
}
