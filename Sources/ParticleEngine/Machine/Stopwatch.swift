/// Seconds that go by, which never go back.
///
/// A system's clock may, as where a virtual machine has moved: what it says between two looks counts as nothing then, and all that
/// comes after as ever. It belongs to one thread at a time.
package final class Stopwatch {
  private let now: () -> ContinuousClock.Instant
  private var last: ContinuousClock.Instant
  private var sum = 0.0

  /// - Parameter now: What the system's clock says.
  package init(now: @escaping () -> ContinuousClock.Instant = { .now }) {
    self.now = now
    last = now()
  }

  /// The seconds since it was made.
  package var seconds: Double {
    let next = now()
    sum += max(0, (next - last) / .seconds(1))
    last = next
    return sum
  }
}
