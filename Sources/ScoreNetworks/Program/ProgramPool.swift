internal import CSubprocess
import Dispatch
import Synchronization

/// Copies of one program that answer at the same time, each in its turn. They end with the pool.
///
/// Unchecked: a worker is used by the one thread that took its number out of the list of free ones.
final class ProgramPool: @unchecked Sendable {
  private let isCancelled: @Sendable () -> Bool
  private let workers: [ProgramWorker]
  private let free: Mutex<Availability>
  private let count: DispatchSemaphore

  private struct Availability {
    var numbers: [Int]
    /// What made the pool unusable.
    var failure: ProgramNetworkError?
  }

  /// Starts the processes and waits until all are ready.
  ///
  /// - Parameters:
  ///   - timeLimit: For being ready and for each answer, in seconds.
  ///   - isCancelled: Asked several times a second by a thread that waits for a process.
  /// - Throws: `ProgramNetworkError`; no process is left.
  init(
    _ command: [String], folder: String, dimensions: Int, conditionLength: Int, timeLimit: Double, count: Int,
    isCancelled: @escaping @Sendable () -> Bool
  ) throws(ProgramNetworkError) {
    precondition(!command.isEmpty && dimensions > 0 && conditionLength >= 0 && timeLimit > 0 && count > 0)
    var workers: [ProgramWorker] = []
    // They start up side by side.
    for _ in 0..<count {
      workers.append(
        try ProgramWorker(command, folder: folder, timeLimit: timeLimit, isCancelled: isCancelled))
    }
    let deadline = Deadline(seconds: timeLimit)
    do {
      for worker in workers {
        try worker.greet(dimensions: dimensions, conditionLength: conditionLength, by: deadline)
      }
    } catch {
      ProgramWorker.stop(workers, isPatient: false)
      throw error
    }
    self.isCancelled = isCancelled
    self.workers = workers
    free = Mutex(Availability(numbers: Array((0..<count).reversed())))
    self.count = DispatchSemaphore(value: count)
  }

  deinit {
    ProgramWorker.stop(workers, isPatient: !isCancelled() && free.withLock { $0.failure == nil })
  }

  /// Asks the next worker that is free.
  ///
  /// - Throws: `ProgramNetworkError`. Unless it is `reported`, every later call throws the same. `CancellationError` where
  ///   nobody waits any longer.
  func ask(_ body: (ProgramWorker) throws(ProgramNetworkError) -> Void) throws {
    count.wait()
    defer { count.signal() }
    let number = try free.withLock { available in
      if case .cancelled = available.failure { throw CancellationError() }
      if let failure = available.failure { throw failure }
      return available.numbers.removeLast()
    }
    defer { free.withLock { $0.numbers.append(number) } }
    do throws(ProgramNetworkError) { try body(workers[number]) } catch {
      if !error.leavesItUsable {
        free.withLock { $0.failure = $0.failure ?? error }
        ProgramWorker.stop([workers[number]], isPatient: false)
      }
      if case .cancelled = error { throw CancellationError() }
      throw error
    }
  }
}
