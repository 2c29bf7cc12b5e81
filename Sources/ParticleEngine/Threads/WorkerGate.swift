internal import CKernels
import Dispatch
import Libc
import Synchronization

/// Where the helpers of a `WorkerPool` wait for the next pass and are let in.
///
/// A step takes about a millisecond and the time between two passes is a few microseconds, so a helper spins for a
/// while before it sleeps: to wake a sleeping one takes up to a tenth of a step. Nobody waits for a helper that has not
/// come in; a late one finds the gate shut.
///
/// Unchecked: `pass` writes the work while the gate is shut and nobody is inside.
final class WorkerGate: @unchecked Sendable {
  typealias Body = (_ worker: Int, _ task: Int) -> Void

  /// The number of the pass, times `passUnit`; whether the gate is open, `openBit`; and how many helpers are inside.
  private let state = Atomic<Int>(0)
  /// The next task that nobody has taken of each thread's share, `queueStride` apart: threads take from shares of their
  /// own first, so that the next pass finds the particles in the same core's cache.
  private let queues: UnsafeMutablePointer<Atomic<Int>>
  private let isStopped = Atomic<Bool>(false)
  private let sleepers: [Sleeper]
  private var tasks = 0
  private var body: Body?
  private var hasHelpers = false

  private static let openBit = 1 << 15
  private static let passUnit = 1 << 16
  /// More helpers than that are not made: their number is counted below `openBit`.
  static let mostHelpers = openBit - 1
  /// Two cache lines, which processors fetch together.
  private static let queueStride = 16
  /// Some 50 microseconds.
  private static let spins = 2000

  /// A helper that sleeps, or is about to, has its flag set; who clears it owes it a signal.
  private final class Sleeper: Sendable {
    let isAsleep = Atomic<Bool>(false)
    let signal = DispatchSemaphore(value: 0)
  }

  init(helpers: Int) {
    precondition(helpers <= Self.mostHelpers, "\(helpers) helpers; at most \(Self.mostHelpers)")
    sleepers = (0..<max(helpers, 0)).map { _ in Sleeper() }
    let size = Self.queueStride * (sleepers.count + 1)
    queues = .allocate(capacity: size)
    for index in 0..<size { (queues + index).initialize(to: Atomic(0)) }
  }

  deinit {
    queues.deinitialize(count: Self.queueStride * (sleepers.count + 1))
    queues.deallocate()
  }

  /// Where the share of a thread begins; that of the next one is its end.
  private func start(ofShare thread: Int, _ tasks: Int) -> Int { thread * tasks / (sleepers.count + 1) }

  /// Starts the helpers; with the first pass if not before, so that a gate that nobody uses costs no thread.
  ///
  /// - Returns: Why one of them could not be started; nil where all were.
  func start() -> String? {
    guard !hasHelpers else { return nil }
    hasHelpers = true
    for worker in sleepers.indices {
      let status = HelperThread.start(name: "fk-worker-\(worker + 1)") {
        [self] in
        help(as: worker + 1)
      }
      if status != 0 { return String(cString: strerror(status)) }
    }
    return nil
  }

  /// Sends the helpers home. They keep the gate until they have gone.
  func stop() {
    isStopped.store(true, ordering: .sequentiallyConsistent)
    wakeSleepers(sleepers.count)
  }

  /// Does all tasks, with those helpers who come in time, and returns when nobody is at work any more.
  func pass(tasks: Int, _ body: @escaping Body) {
    _ = start()
    self.tasks = tasks
    self.body = body
    for thread in 0...sleepers.count {
      queues[Self.queueStride * thread].store(start(ofShare: thread, tasks), ordering: .relaxed)
    }
    state.add(Self.passUnit + Self.openBit, ordering: .sequentiallyConsistent)
    wakeSleepers(tasks - 1)
    work(as: 0, tasks, body)
    state.subtract(Self.openBit, ordering: .acquiringAndReleasing)
    var waited = 0
    while state.load(ordering: .acquiring) % Self.openBit != 0 {
      waited += 1
      if waited < Self.spins { fk_spin_hint() } else { sched_yield() }
    }
    self.body = nil
  }

  private func work(as worker: Int, _ tasks: Int, _ body: Body) {
    let threads = sleepers.count + 1
    // The own share, then what the others have left of theirs.
    for distance in 0..<threads {
      let thread = (worker + distance) % threads
      let end = start(ofShare: thread + 1, tasks)
      while true {
        let task = queues[Self.queueStride * thread].add(1, ordering: .relaxed).oldValue
        guard task < end else { break }
        body(worker, task)
      }
    }
  }

  // MARK: - Helpers

  private func help(as worker: Int) {
    var lastPass = 0
    while let pass = waitForPass(after: lastPass, sleepers[worker - 1]) {
      lastPass = pass
      guard enter(pass) else { continue }
      work(as: worker, tasks, body!)
      state.subtract(1, ordering: .releasing)
    }
  }

  /// Comes in unless the gate is shut by now.
  private func enter(_ pass: Int) -> Bool {
    var seen = state.load(ordering: .relaxed)
    while seen / Self.passUnit == pass && seen & Self.openBit != 0 {
      let (exchanged, original) = state.weakCompareExchange(
        expected: seen, desired: seen + 1, ordering: .acquiringAndReleasing)
      if exchanged { return true }
      seen = original
    }
    return false
  }

  /// - Returns: The number of a later pass; nil when the helper should go.
  private func waitForPass(after last: Int, _ sleeper: Sleeper) -> Int? {
    while true {
      for _ in 0..<Self.spins {
        if isStopped.load(ordering: .relaxed) { return nil }
        let pass = state.load(ordering: .relaxed) / Self.passUnit
        if pass != last { return pass }
        fk_spin_hint()
      }
      sleeper.isAsleep.store(true, ordering: .sequentiallyConsistent)
      // A pass or the end may have come before the flag could be seen.
      let isNews =
        state.load(ordering: .sequentiallyConsistent) / Self.passUnit != last
        || isStopped.load(ordering: .sequentiallyConsistent)
      if isNews, sleeper.isAsleep.exchange(false, ordering: .sequentiallyConsistent) { continue }
      sleeper.signal.wait()
    }
  }

  private func wakeSleepers(_ most: Int) {
    for sleeper in sleepers.prefix(most)
    where sleeper.isAsleep.load(ordering: .sequentiallyConsistent)
      && sleeper.isAsleep.exchange(false, ordering: .sequentiallyConsistent)
    {
      sleeper.signal.signal()
    }
  }
}
