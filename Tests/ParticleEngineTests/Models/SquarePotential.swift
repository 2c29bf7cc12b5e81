import ParticleEngine

/// `x′ = ρ x + √(1−ρ²) ε` from its stationary law, and at every level the potential `exp(−x²)`.
final class SquarePotential: ParticleModel {
  let states: Column<Double>
  private let logWeights: Column<Double>
  private let normals: [ScratchColumn<Float>]
  private let streams: RandomStreams
  private let correlation: Double

  init(_ population: Population, _ streams: RandomStreams, correlation: Double) {
    states = population.table.particle("states", Double.self)
    normals = (0..<population.threads).map { population.table.step("normals of thread \($0)", Float.self) }
    logWeights = population.logWeights
    self.streams = streams
    self.correlation = correlation
  }

  func makeWorker(thread: Int) -> ScratchColumn<Float> { normals[thread] }

  func begin(_ block: Block, _ normals: ScratchColumn<Float>) {
    move(block, to: 0, correlation: 0, normals[block])
  }

  func advance(_ block: Block, from step: Int, _ normals: ScratchColumn<Float>) {
    move(block, to: step + 1, correlation: correlation, normals[block])
  }

  private func move(_ block: Block, to level: Int, correlation: Double, _ normals: Rows<Float>) {
    streams.fillNormals(normals, block, level: level)
    let (x, logWeights) = (states[block], logWeights[block])
    let deviation = (1 - correlation * correlation).squareRoot()
    for row in 0..<block.count {
      x[row] = correlation * x[row] + deviation * Double(normals[row])
      logWeights[row] -= x[row] * x[row]
    }
  }
}
