import ParticleEngine
import Testing

@Suite struct StopwatchTests {
  /// A clock that is set by hand.
  private final class Clock {
    var instant = ContinuousClock.now
  }

  // Seen to catch: a run of 1.1 s that took -7198.8 s, and no checkpoint for two hours.
  @Test("a clock that goes back takes no seconds away, and those that follow count")
  func goesBack() {
    let clock = Clock()
    let watch = Stopwatch { clock.instant }
    var expected = 0.0
    for (jump, counted) in [
      (1.5, 1.5), (0, 0), (-7200, 0), (2, 2), (36000, 36000), (-36000, 0), (0.25, 0.25),
    ] {
      clock.instant += .seconds(jump)
      expected += counted
      #expect(abs(watch.seconds - expected) < 1e-9)
    }
  }

  @Test("the system's clock is what it goes by")
  func runs() async throws {
    let watch = Stopwatch()
    try await Task.sleep(for: .milliseconds(20))
    #expect(watch.seconds >= 0.02)
  }
}
