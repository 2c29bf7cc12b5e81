import Dispatch
import Synchronization

/// Spreads independent tasks over threads. Which thread takes a task is left to chance; what a task does must not
/// depend on it.
final class WorkerPool: Sendable {
  let threads: Int
  /// The next task that nobody has taken. One pass runs at a time.
  private let next = Atomic<Int>(0)

  init(threads: Int) { self.threads = threads }

  /// Calls `body(worker, task)` once for every task, with `worker` from 0 to `threads − 1`, no two tasks of one
  /// worker at the same time.
  func run(tasks: Int, _ body: (_ worker: Int, _ task: Int) -> Void) {
    let workers = min(threads, tasks)
    guard workers > 1 else {
      for task in 0..<tasks { body(0, task) }
      return
    }
    next.store(0, ordering: .relaxed)
    // The call returns only when every worker has, so the body does not escape.
    nonisolated(unsafe) let body = body
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      while true {
        let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard task < tasks else { return }
        body(worker, task)
      }
    }
  }
}
