internal import CKernels

/// A reward that is the same at all particles of a run's end, although it is no constant as far as anybody knows.
///
/// What a reward asks for in a place that no particle has come to cannot be seen by the run: the weights are even, their spread is small, and log Z
/// is that of the target without the reward. A constraint is told from that by what is beside the particles: there a constraint that they keep is
/// less, and the edge of what was not seen is more.
struct FlatReward {
  /// `r` at all particles, in nats.
  let value: Double

  /// How many places beside the particles are looked at, a standard deviation away.
  private static let places = 512

  /// - Returns: Nil where particles have different rewards, or a lesser one beside them and no greater.
  init?(_ plan: RunPlan, _ result: RunResult) {
    guard let reward = plan.reward, reward.quadraticForm == nil, plan.rewardScales[plan.steps] != 0 else {
      return nil
    }
    let d = plan.dimensions
    let particles = (0..<result.particles).filter { result.logWeights[$0] > -.infinity }
    guard particles.count > 1 else { return nil }
    var found: Double?
    for first in stride(from: 0, to: particles.count, by: plan.blockRows) {
      let rows = particles[first..<min(first + plan.blockRows, particles.count)]
      let states = rows.flatMap { result.samples[$0 * d..<($0 + 1) * d] }
      for value in Self.values(reward, of: states, dimensions: d) {
        guard value == found ?? value else { return nil }
        found = value
      }
    }
    guard let found else { return nil }
    value = found
    let beside = Self.values(reward, of: Self.besides(particles, result), dimensions: d)
    if beside.contains(where: { $0 < found }), !beside.contains(where: { $0 > found }) { return nil }
  }

  /// Particles moved by a normal with the spread of all of them.
  private static func besides(_ particles: [Int], _ result: RunResult) -> [Float] {
    let d = result.dimensions
    let widths = result.weightedVariance.map { $0.squareRoot() }
    var points = [Float](repeating: 0, count: places * d)
    let key = StreamKey(seed: 0, island: 0, block: 3, step: 0, purpose: .check)
    points.withUnsafeMutableBufferPointer {
      fk_fill_normals(
        $0.baseAddress!, $0.count, key.seed, key.words.step, key.words.block, key.words.islandAndPurpose)
    }
    for place in 0..<places {
      let row = particles[place * particles.count / places]
      for j in 0..<d {
        points[place * d + j] = result.samples[row * d + j] + Float(widths[j]) * points[place * d + j]
      }
    }
    return points
  }

  /// - Returns: None where the reward has no answer.
  private static func values(_ reward: any Reward, of states: [Float], dimensions: Int) -> [Double] {
    let count = states.count / dimensions
    var values = [Double](repeating: 0, count: count)
    var gradients = [Float](repeating: 0, count: states.count)
    let size = 4 * reward.workspaceSize(rows: count, dimensions: dimensions) + 64
    let workspace = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
    defer { workspace.deallocate() }
    do {
      try states.withUnsafeBufferPointer { states in
        try values.withUnsafeMutableBufferPointer { values in
          try gradients.withUnsafeMutableBufferPointer { gradients in
            try reward.evaluate(
              RewardBatch(
                count: count, dimensions: dimensions, states: states.baseAddress!,
                values: values.baseAddress!,
                gradients: gradients.baseAddress!, workspace: workspace.bindMemory(to: Float.self)))
          }
        }
      }
    } catch { return [] }
    return values
  }
}
