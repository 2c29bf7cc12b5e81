import Dispatch
import Synchronization

/// Spreads independent tasks over threads. Which thread takes a task is left to chance; what a task does must not
/// depend on it.
struct WorkerPool: Sendable {
  let threads: Int

  private final class Counter: Sendable {
    let next = Atomic<Int>(0)
  }

  /// Calls `body(worker, task)` once for every task, with `worker` from 0 to `threads − 1`, no two tasks of one
  /// worker at the same time.
  func run(tasks: Int, _ body: (_ worker: Int, _ task: Int) -> Void) {
    let workers = min(threads, tasks)
    guard workers > 1 else {
      for task in 0..<tasks { body(0, task) }
      return
    }
    let counter = Counter()
    // The call returns only when every worker has, so the body does not escape.
    nonisolated(unsafe) let body = body
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      while true {
        let task = counter.next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard task < tasks else { return }
        body(worker, task)
      }
    }
  }
}
