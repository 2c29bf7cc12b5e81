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
    guard let reward = plan.reward, reward.quadraticForm == nil, plan.rewardScales[plan.steps] != 0,
      result.particles > 1
    else {
      return nil
    }
    var found: Double?
    var count = 0
    for first in stride(from: 0, to: result.particles, by: plan.blockRows) {
      let rows = (first..<min(first + plan.blockRows, result.particles)).filter {
        result.logWeights[$0] > -.infinity
      }
      guard let values = try? reward.values(at: Self.states(rows, result), dimensions: plan.dimensions) else {
        return nil
      }
      for value in values {
        guard value == found ?? value else { return nil }
        found = value
      }
      count += rows.count
    }
    guard let found, count > 1 else { return nil }
    value = found
    let beside = (try? reward.values(at: Self.besides(result), dimensions: plan.dimensions)) ?? []
    if beside.contains(where: { $0 < found }), !beside.contains(where: { $0 > found }) { return nil }
  }

  private static func states(_ rows: [Int], _ result: RunResult) -> [Float] {
    rows.flatMap { result.samples[$0 * result.dimensions..<($0 + 1) * result.dimensions] }
  }

  /// Particles moved by a normal with the spread of all of them.
  private static func besides(_ result: RunResult) -> [Float] {
    let d = result.dimensions
    let widths = result.weightedVariance.map { $0.squareRoot() }
    let particles = result.logWeights.indices.filter { result.logWeights[$0] > -.infinity }
    let centers = states((0..<places).map { particles[$0 * particles.count / places] }, result)
    var points = [Float](repeating: 0, count: places * d)
    let key = StreamKey(seed: 0, island: 0, block: 3, step: 0, purpose: .check)
    points.withUnsafeMutableBufferPointer {
      fk_fill_normals(
        $0.baseAddress!, $0.count, key.seed, key.words.step, key.words.block, key.words.islandAndPurpose)
    }
    for index in points.indices { points[index] = centers[index] + Float(widths[index % d]) * points[index] }
    return points
  }
}
