/// Spreads independent tasks over threads. Which thread takes a task is left to chance; what a task does must not
/// depend on it.
package final class WorkerPool: Sendable {
  package let threads: Int
  private let gate: WorkerGate

  /// A pool with `threads − 1` helpers, which the first pass starts; the caller of `run` is the last one.
  package init(threads: Int) {
    self.threads = threads
    gate = WorkerGate(helpers: threads - 1)
  }

  deinit { gate.stop() }

  /// Starts the helpers now. Without it a pool does with those that the system gives when the first pass needs them.
  ///
  /// - Throws: `ResourceError.noThread`.
  package func start() throws(ResourceError) {
    if let reason = gate.start() { throw .noThread(threads: threads, reason: reason) }
  }

  /// Calls `body(worker, task)` once for every task, with `worker` from 0 to `threads − 1`, no two tasks of one
  /// worker at the same time. One pass runs at a time.
  package func run(tasks: Int, _ body: (_ worker: Int, _ task: Int) -> Void) {
    guard min(threads, tasks) > 1 else {
      for task in 0..<tasks { body(0, task) }
      return
    }
    withoutActuallyEscaping(body) { gate.pass(tasks: tasks, $0) }
  }
}
