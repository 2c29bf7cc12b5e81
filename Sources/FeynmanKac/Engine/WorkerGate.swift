internal import CKernels
import Foundation
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
  /// The next task that nobody has taken.
  private let next = Atomic<Int>(0)
  private let isStopped = Atomic<Bool>(false)
  private let sleepers: [Sleeper]
  private var tasks = 0
  private var body: Body?
  private var hasHelpers = false

  private static let openBit = 1 << 15
  private static let passUnit = 1 << 16
  /// Some 50 microseconds.
  private static let spins = 2000

  /// A helper that sleeps, or is about to, has its flag set; who clears it owes it a signal.
  private final class Sleeper: Sendable {
    let isAsleep = Atomic<Bool>(false)
    let signal = DispatchSemaphore(value: 0)
  }

  init(helpers: Int) {
    sleepers = (0..<max(helpers, 0)).map { _ in Sleeper() }
  }

  /// With the first pass, so that a gate that nobody uses costs no thread.
  private func startHelpers() {
    hasHelpers = true
    for worker in sleepers.indices {
      let thread = Thread { [self] in help(as: worker + 1) }
      thread.name = "fk-worker-\(worker + 1)"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  /// Sends the helpers home. They keep the gate until they have gone.
  func stop() {
    isStopped.store(true, ordering: .sequentiallyConsistent)
    wakeSleepers(sleepers.count)
  }

  /// Does all tasks, with those helpers who come in time, and returns when nobody is at work any more.
  func pass(tasks: Int, _ body: @escaping Body) {
    if !hasHelpers { startHelpers() }
    self.tasks = tasks
    self.body = body
    next.store(0, ordering: .relaxed)
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
    while true {
      let task = next.add(1, ordering: .relaxed).oldValue
      guard task < tasks else { return }
      body(worker, task)
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
