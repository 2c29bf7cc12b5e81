import FeynmanKac
import RunConfigurations

/// Says on standard error which cell runs and how long the rest will take.
final class SweepProgress: SweepObserver {
  private let mode: ProgressMode
  private let count: Int
  private let clock = ContinuousClock()
  /// Model evaluations, which a run's time goes by.
  private var workLeft: Double
  private var workDone = 0.0
  private var secondsWorked = 0.0
  private var start: ContinuousClock.Instant

  /// - Parameters:
  ///   - count: The number of the sweep's cells.
  ///   - work: Model evaluations of those that are to be run.
  init(_ mode: ProgressMode, count: Int, work: Int) {
    self.mode = mode
    self.count = count
    workLeft = Double(work)
    start = clock.now
  }

  /// - Parameter index: The place of the cell, from 0.
  func willStart(_ index: Int, _ folder: String) {
    start = clock.now
    guard mode != .none else { return }
    let line = "cell \(index + 1) of \(count)  \(TerminalText.shown(folder))"
    guard workDone > 0 else { return StandardStreams.show(line + "\n") }
    StandardStreams.show("\(line)  \(Self.duration(secondsWorked / workDone * workLeft)) left\n")
  }

  /// - Parameter index: The place of a cell that another sweep is at, from 0.
  func willWait(_ index: Int, _ folder: String) {
    guard mode != .none else { return }
    StandardStreams.show(
      "cell \(index + 1) of \(count)  \(folder)  is being run by another sweep; waiting for it\n")
  }

  /// - Parameter didRun: False for a cell that failed or was there, whose time says nothing of the others'.
  func didEnd(work: Int, didRun: Bool) {
    workLeft -= Double(work)
    guard didRun else { return }
    let elapsed = start.duration(to: clock.now).components
    secondsWorked += Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    workDone += Double(work)
  }

  /// Its last step is of no interest in one run of many.
  func observer(particles: Int) -> any RunObserver {
    RunMonitor(mode, particles: particles, showsEnd: false)
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(clamping: max(0, seconds).rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
