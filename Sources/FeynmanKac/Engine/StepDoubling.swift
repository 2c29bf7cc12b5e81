import Foundation

/// A run and a second one at every second of its levels, particle by particle with the same start and the same noise,
/// and resampled together. Their difference is almost free of Monte Carlo error, and says what the step size does.
final class StepDoubling {
  let fine: SamplingRun
  let coarse: SamplingRun
  /// Why there is no coarser run any more.
  private(set) var failure: RunError?
  private var coarseStep = 0

  /// - Parameters:
  ///   - sampler: The finer run's.
  ///   - fine: The finer run, whose plan has the role of the finer one.
  init(_ sampler: Sampler, _ fine: SamplingRun) throws {
    self.fine = fine
    coarse = try SamplingRun(
      Self.coarserPlan(sampler, of: fine.diffusionPlan), streams: fine.streams, threads: fine.pool.threads,
      givenNormals: fine.model.state.keptNoise, isCancelled: fine.isCancelled)
    fine.follower = coarse
  }

  static func coarserPlan(_ sampler: Sampler, of plan: RunPlan) throws -> RunPlan {
    var coarser = sampler
    coarser.noiseLevels = everySecond(plan.path.levels)
    // It resamples when the finer one does.
    coarser.resampling = Sampler.ResamplingRule(threshold: 0)
    coarser.trajectory = nil
    return try RunPlan(coarser, particles: plan.particles, islands: plan.islands, role: .coarser)
  }

  /// The first, third and so on of `n + 1` levels, and the last.
  static func everySecond(_ levels: [Double]) -> [Double] {
    let chosen = stride(from: 0, to: levels.count, by: 2).map { levels[$0] }
    return levels.count % 2 == 1 ? chosen : chosen + [levels[levels.count - 1]]
  }

  /// After the finer run's beginning.
  func begin() throws { try attempt { try coarse.begin() } }

  /// After the finer run's step.
  ///
  /// - Returns: True where both runs stand at the same level.
  func advance(after step: Int) throws -> Bool {
    guard failure == nil, step % 2 == 1 || step + 1 == fine.plan.steps else { return false }
    try attempt {
      try coarse.advance(coarseStep)
      coarseStep += 1
    }
    return failure == nil
  }

  /// Too long a step may be too much for the coarser run alone.
  private func attempt(_ body: () throws -> Void) throws {
    do { try body() } catch let error as RunError {
      switch error {
      case .modelFailed, .cancelled: throw error
      case .notFinite, .allWeightsZero, .weightsBeyondPrecision:
        failure = error
        fine.follower = nil
      }
    }
  }
}
