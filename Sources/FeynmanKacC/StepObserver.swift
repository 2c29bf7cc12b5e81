import CFeynmanKac
import FeynmanKac

/// Shows a caller every step, and ends the run where he wants that, or where one of his functions failed without a way to say so.
final class StepObserver: RunObserver {
  private let options: Options
  private let failures: CallFailures

  init(_ options: Options, _ failures: CallFailures) {
    self.options = options
    self.failures = failures
  }

  var endsRun: Bool { options.isStopped || failures.pending != nil }

  func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool {
    guard !endsRun else { return false }
    guard let observe = options.observer else { return true }
    var seen = fkc_step(
      step: Int64(step.step), steps: Int64(step.steps), time: step.time, noise_level: step.noiseLevel,
      effective_sample_size: step.effectiveSampleSize, log_normalizer_ratio: step.logNormalizerRatio ?? .nan,
      resampled_islands: Int64(step.resampledIslands), unique_ancestors: Int64(step.uniqueAncestors),
      elapsed_seconds: step.elapsedSeconds, particle_steps_per_second: step.particleStepsPerSecond)
    return withoutActuallyEscaping(snapshot) { snapshot in
      let handle = SnapshotHandle(snapshot)
      let pointer = OpaquePointer(Unmanaged.passUnretained(handle).toOpaque())
      return withExtendedLifetime(handle) { observe(options.observerContext, &seen, pointer) == 0 }
    }
  }

  func didFailCheckpoint(_ error: FileError) {
    options.notice("\(error); the run goes on without this checkpoint")
  }
}

/// The particles at a step, copied once they are asked for.
private final class SnapshotHandle {
  private let take: () -> ParticleSnapshot
  lazy var particles = take()

  init(_ take: @escaping () -> ParticleSnapshot) { self.take = take }
}

@_cdecl("fkc_snapshot_array")
package func snapshotArray(
  _ snapshot: OpaquePointer, _ name: UnsafePointer<CChar>, _ array: UnsafeMutablePointer<fkc_array>
) -> Int32 {
  let handle = Unmanaged<SnapshotHandle>.fromOpaque(UnsafeRawPointer(snapshot)).takeUnretainedValue()
  let particles = handle.particles
  let count = particles.logWeights.count
  switch String(cString: name) {
  case "samples":
    array.pointee = fkc_array(particles.samples, [count, particles.samples.count / count])
  case "log_weights": array.pointee = fkc_array(particles.logWeights, [count])
  default: return Int32(clamping: FKC_MISSING_INPUT)
  }
  return Int32(clamping: FKC_OK)
}
