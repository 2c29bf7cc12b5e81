/// A moment after which waiting ends.
struct Deadline {
  private let end: SuspendingClock.Instant

  /// - Parameter seconds: The time from now, in which the machine is awake.
  init(seconds: Double) {
    // Longer than a century is no limit, and overflows no counter.
    end = .now + .seconds(min(seconds, 3e9))
  }

  /// What is left, rounded up, for `poll`; 0 when it is over.
  var milliseconds: Int32 {
    let left = end - .now
    guard left > .zero else { return 0 }
    return Int32(clamping: min((left / .milliseconds(1)).rounded(.up), 1e9))
  }
}
