import FeynmanKac
import Foundation
import ParticleEngine

extension FuzzTarget {
  /// The state of a run that was interrupted, or of a part that is done, changed by the input and written with the right checksums: a run
  /// goes on from it. The first byte chooses one of three runs, each with other things to remember. None has a generator of GSL, whose state
  /// is GSL's own and is not looked at.
  static let checkpoint = FuzzTarget("checkpoint") { bytes in
    guard let first = bytes.first else { return }
    let run = runs[Int(first) % runs.count]
    var records = run.records
    records.change(by: bytes.dropFirst())
    let path = folder.write("state-0", by: records.write)
    if run.isPart {
      _ = try run.sampler.run(joining: Checkpoint(parts: [path]), threads: 1)
    } else {
      _ = try run.sampler.run(from: Checkpoint(path), threads: 1)
    }
  }

  private static let folder = FuzzFolder("checkpoint")

  /// A run to go on with, and the state that it was left in.
  private struct InterruptedRun: Sendable {
    let sampler: Sampler
    let records: StateRecords
    let isPart: Bool
  }

  private static let runs = [
    interrupted("radial") { sampler in
      sampler.control = .radial
      sampler.rejuvenation = .metropolis()
    },
    interrupted("scores") { sampler in
      sampler.control = .scores
      sampler.stepSizeError = .doubling()
      sampler.resampling.threshold = 1
    },
    interrupted("part", isPart: true) { $0.control = .none },
  ]

  private static func interrupted(
    _ name: String, isPart: Bool = false, _ change: (inout Sampler) -> Void
  ) -> InterruptedRun {
    do {
      // One component is the widest in all directions, so that to look at the tails takes little of an execution.
      let mixture = try GaussianMixture(
        means: [[-2, 0.5], [1.5, -1]], weights: [0.25, 0.75], standardDeviations: [[0.5, 0.4], [0.7, 0.9]])
      var sampler = Sampler(
        process: .varianceExploding(sigmaMin: 0.02, sigmaMax: 20),
        target: .annealed(mixture, inverseTemperature: 2), steps: 4)
      sampler.stepSizeError = .none
      sampler.plainSamples = .none
      change(&sampler)
      let rule = CheckpointRule(folder: folder.file(name), interval: .steps(1))
      let part = folder.file("\(name).part")
      if isPart {
        _ = try sampler.run(part: 0..<2, into: part, particles: 16, islands: 2, seed: 1, threads: 1)
      } else {
        _ = try sampler.run(particles: 16, islands: 2, seed: 1, threads: 1, checkpoints: rule)
      }
      let path = isPart ? part : Checkpoint.newest(in: rule.folder).checkpoint?.path ?? ""
      return InterruptedRun(
        sampler: sampler, records: StateRecords(try FileBytes.read(path)), isPart: isPart)
    } catch { fatalError("no run to go on with: \(error)") }
  }
}
