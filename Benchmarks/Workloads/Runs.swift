import FeynmanKac
import ScoreNetworks

extension Workload {
  /// Whole runs with default settings on all cores.
  static var runs: [Workload] {
    [
      run("gmm40", particles: 100_000, steps: 50) {
        Sampler(
          process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 50),
          target: .annealed(try Models.gmm40(), inverseTemperature: 3), steps: $0)
      },
      run("mlp", particles: 4_096, steps: 10) {
        Sampler(
          process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 20),
          target: .annealed(try Models.perceptron(), inverseTemperature: 1.5), steps: $0)
      },
      run("lj13", particles: 2_000, steps: 10) {
        Sampler(
          process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 4),
          target: .annealed(try Models.egnn(), inverseTemperature: 1.5), steps: $0)
      },
    ]
  }

  /// Runs that differ in one size, on one thread: a cost is what is looked at, not how well threads share it. Then threads.
  static var scaling: [Workload] {
    let particles = [1_000, 10_000, 100_000, 1_000_000, 10_000_000].map {
      mixtureRun("particles", particles: $0, dimensions: 2, steps: 10, threads: 1)
    }
    let dimensions = [1, 2, 4, 8, 16, 32, 64, 128].map {
      mixtureRun("dimensions", particles: 20_000, dimensions: $0, steps: 10, threads: 1)
    }
    let steps = [1_000, 10_000, 100_000, 1_000_000, 10_000_000].map {
      mixtureRun("steps", particles: 128, dimensions: 2, steps: $0, threads: 1)
    }
    let threads = [1, 2, 4, 8].map {
      mixtureRun("threads", particles: 100_000, dimensions: 2, steps: 50, threads: $0)
    }
    return particles + dimensions + steps + threads
  }

  private static func mixtureRun(
    _ varied: String, particles: Int, dimensions: Int, steps: Int, threads: Int
  ) -> Workload {
    let size = "N=\(particles).d=\(dimensions).steps=\(steps).threads=\(threads)"
    return run(
      "\(varied).\(size)", particles: particles, steps: steps, threads: threads, isNamedInFull: true
    ) {
      let mixture = dimensions == 2 ? try Models.gmm40() : try Models.mixture(dimensions: dimensions)
      return Sampler(
        process: .varianceExploding(sigmaMin: 0.01, sigmaMax: 50),
        target: .annealed(mixture, inverseTemperature: 1.5), steps: $0)
    }
  }

  private static func run(
    _ name: String, particles: Int, steps: Int, threads: Int? = nil, isNamedInFull: Bool = false,
    _ sampler: @escaping (_ steps: Int) throws -> Sampler
  ) -> Workload {
    let name = isNamedInFull ? name : "\(name).N=\(particles).steps=\(steps)"
    // The trace of ten million steps alone is more than a gigabyte.
    return Workload(name, particles * steps, "particle steps", isHuge: steps >= 10_000_000) {
      let sampler = try sampler(steps)
      return { _ = try sampler.run(particles: particles, seed: 1, threads: threads) }
    }
  }
}
