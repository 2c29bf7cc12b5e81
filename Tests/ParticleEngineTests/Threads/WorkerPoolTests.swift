import Foundation
import ParticleEngine
import Synchronization
import Testing

@Suite("Worker pool")
struct WorkerPoolTests {
  /// Who is at work, and how often each task was done.
  private final class Ledger: @unchecked Sendable {
    let counts: UnsafeMutableBufferPointer<Int>
    let busy: UnsafeMutableBufferPointer<Int>
    let conflicts = Atomic<Int>(0)

    init(tasks: Int, workers: Int) {
      counts = .allocate(capacity: tasks)
      counts.initialize(repeating: 0)
      busy = .allocate(capacity: workers)
      busy.initialize(repeating: 0)
    }

    deinit {
      counts.deallocate()
      busy.deallocate()
    }
  }

  @Test(
    "every pass does every task once, with no worker at two tasks, and is over when it returns",
    arguments: [1, 2, 3, 8])
  func passes(threads: Int) {
    let pool = WorkerPool(threads: threads)
    for pass in 0..<3000 {
      let tasks = pass % 7 == 0 ? 1 : 1 + pass % 23
      let ledger = Ledger(tasks: tasks, workers: threads)
      pool.run(tasks: tasks) { worker, task in
        ledger.busy[worker] += 1
        if ledger.busy[worker] != 1 { ledger.conflicts.add(1, ordering: .relaxed) }
        ledger.counts[task] += 1
        ledger.busy[worker] -= 1
      }
      #expect(ledger.counts.allSatisfy { $0 == 1 })
      #expect(ledger.conflicts.load(ordering: .relaxed) == 0)
    }
  }

  @Test("helpers that have gone to sleep come back")
  func sleep() async throws {
    let pool = WorkerPool(threads: 2)
    for _ in 0..<20 {
      try await Task.sleep(for: .milliseconds(3))
      // Each task waits for the other: both threads must take part.
      let arrived = Atomic<Int>(0)
      pool.run(tasks: 2) { _, _ in
        arrived.add(1, ordering: .sequentiallyConsistent)
        while arrived.load(ordering: .sequentiallyConsistent) < 2 {}
      }
      #expect(arrived.load(ordering: .relaxed) == 2)
    }
  }

  @Test("who has nothing left takes from the share of a thread that is held up")
  func takeOver() {
    let pool = WorkerPool(threads: 2)
    let done = Atomic<Int>(0)
    let doneMeanwhile = Atomic<Int>(0)
    // The first share is tasks 0 to 3; who does task 0 waits until the other thread has done all else, and gives up after
    // half a minute. Seen to catch: threads that keep to their own shares.
    let deadline = ContinuousClock.now + .seconds(30)
    pool.run(tasks: 8) { _, task in
      if task == 0 {
        while done.load(ordering: .sequentiallyConsistent) < 7 && ContinuousClock.now < deadline {
          sched_yield()
        }
        doneMeanwhile.store(done.load(ordering: .sequentiallyConsistent), ordering: .relaxed)
      }
      done.add(1, ordering: .sequentiallyConsistent)
    }
    #expect(doneMeanwhile.load(ordering: .relaxed) == 7)
  }

  @Test("pools come and go")
  func many() {
    for round in 0..<200 {
      let pool = WorkerPool(threads: 3)
      if round % 2 == 0 {
        let sum = Atomic<Int>(0)
        pool.run(tasks: 5) { _, task in sum.add(task, ordering: .relaxed) }
        #expect(sum.load(ordering: .relaxed) == 10)
      }
    }
  }
}
