import Libc
import Synchronization

/// What a run that is watched has to say.
public enum RunEvent: Sendable {
  /// The start or a step is done.
  case step(StepReport)
  /// The run is done; nothing comes after it.
  case finished(RunResult)
}

extension Sampler {
  /// Samples the target on a thread of its own, with the bytes of the blocking `run`.
  ///
  /// - Parameters:
  ///   - particles: The total over all islands; a multiple of `islands`.
  ///   - islands: How many populations share the particles without exchange.
  ///   - seed: Any value, 0 included.
  ///   - threads: Nil for all cores that the process may use.
  /// - Throws: `CancellationError` soon after the task was cancelled; otherwise as the blocking `run`.
  public func run(particles: Int, islands: Int = 1, seed: UInt64, threads: Int? = nil) async throws
    -> RunResult
  {
    for try await event in events(particles: particles, islands: islands, seed: seed, threads: threads) {
      if case .finished(let result) = event { return result }
    }
    throw CancellationError()
  }

  /// Samples the target on a thread of its own and reports every step.
  ///
  /// ```swift
  /// for try await event in sampler.events(particles: 10_000, seed: 7) {
  ///   switch event {
  ///   case .step(let report): print(report.step, report.effectiveSampleSize)
  ///   case .finished(let result): print(result.logNormalizer!)
  ///   }
  /// }
  /// ```
  ///
  /// The run ends soon after its events are no longer listened to, or their task is cancelled.
  ///
  /// - Parameters:
  ///   - particles: The total over all islands; a multiple of `islands`.
  ///   - islands: How many populations share the particles without exchange.
  ///   - seed: Any value, 0 included.
  ///   - threads: Nil for all cores that the process may use.
  /// - Returns: `steps + 1` reports and the result. It throws as the blocking `run`.
  public func events(
    particles: Int, islands: Int = 1, seed: UInt64, threads: Int? = nil
  ) -> AsyncThrowingStream<RunEvent, any Error> {
    AsyncThrowingStream { continuation in
      let listener = Listener(continuation)
      continuation.onTermination = { _ in listener.stop() }
      let status = HelperThread.start(name: "fk-run") {
        do {
          let result = try run(
            particles: particles, islands: islands, seed: seed, threads: threads, observer: listener)
          continuation.yield(.finished(result))
          continuation.finish()
        } catch { continuation.finish(throwing: error) }
      }
      if status != 0 {
        continuation.finish(
          throwing: ResourceError.noThread(threads: 1, reason: String(cString: strerror(status))))
      }
    }
  }
}

/// Hands a run's reports on, and ends it once nobody listens.
private final class Listener: RunObserver, Sendable {
  private let continuation: AsyncThrowingStream<RunEvent, any Error>.Continuation
  private let isStopped = Atomic<Bool>(false)

  init(_ continuation: AsyncThrowingStream<RunEvent, any Error>.Continuation) {
    self.continuation = continuation
  }

  func stop() { isStopped.store(true, ordering: .relaxed) }

  var endsRun: Bool { isStopped.load(ordering: .relaxed) }

  func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool {
    continuation.yield(.step(step))
    return !endsRun
  }
}
