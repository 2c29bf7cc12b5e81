import FeynmanKac
import RunConfigurations

/// Shows the progress of a run and ends it when the process is asked to end.
final class RunMonitor: RunObserver {
  private enum Style { case bar, lines, silent }

  private let style: Style
  private let particles: Int
  private let showsEnd: Bool
  private let watch: Stopwatch
  /// When the run is to end, done or not, in seconds by the watch; nil for never.
  private let deadline: Double?
  private var nextShown: Double
  /// A checkpoint could not be written, which was said.
  private var hasFailed = false

  /// - Parameters:
  ///   - showsEnd: False where the last step is of no interest, as in one run of many.
  ///   - deadline: When the run is to end, done or not, in seconds by the watch; nil for never.
  init(
    _ mode: ProgressMode, particles: Int, showsEnd: Bool = true, deadline: Double? = nil,
    by watch: Stopwatch = Stopwatch()
  ) {
    self.watch = watch
    self.deadline = deadline
    self.particles = particles
    self.showsEnd = showsEnd
    style =
      switch StandardStreams.areSilent ? .none : mode {
      case .none: .silent
      case .plain: .lines
      case .auto: StandardStreams.errorIsTerminal ? .bar : .lines
      }
    nextShown = style == .bar ? 0.1 : 5
  }

  func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool {
    let isLast = step.step == step.steps
    if style == .bar, isLast, !showsEnd {
      StandardStreams.show("\r\u{1B}[K")
    } else if style != .silent, isLast ? showsEnd : step.elapsedSeconds >= nextShown {
      nextShown = step.elapsedSeconds + (style == .bar ? 0.1 : 5)
      show(step, isLast: isLast)
    }
    if endsRun {
      if style == .bar, !isLast { StandardStreams.show("\n") }
      return false
    }
    return true
  }

  func didFailCheckpoint(_ error: FileError) {
    guard !hasFailed else { return }
    hasFailed = true
    StandardStreams.report(["fkc: \(error); the run goes on without this checkpoint"])
  }

  var endsRun: Bool { Interruption.isRequested || deadline.map { watch.seconds >= $0 } ?? false }

  private func show(_ step: StepReport, isLast: Bool) {
    let text = Self.line(step, particles: particles)
    switch style {
    case .bar:
      let filled = 24 * step.step / step.steps
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
      StandardStreams.show("\r\(bar) \(text)\u{1B}[K" + (isLast ? "\n" : ""))
    case .lines: StandardStreams.show(text + "\n")
    case .silent: break
    }
  }

  static func line(_ step: StepReport, particles: Int) -> String {
    let left = step.step == 0 ? nil : step.elapsedSeconds * Double(step.steps - step.step) / Double(step.step)
    var parts = [
      "step \(step.step)/\(step.steps)", "ESS \(DecimalText.fixed(step.effectiveSampleSize, 0))/\(particles)",
    ]
    if let ratio = step.logNormalizerRatio { parts.append("log Z ratio \(DecimalText.fixed(ratio, 3))") }
    parts.append("\(RateText.text(step.particleStepsPerSecond)) particle steps/s")
    if step.step == step.steps {
      parts.append("\(DecimalText.fixed(step.elapsedSeconds, 1)) s")
    } else if let left {
      parts.append("\(DecimalText.fixed(left, 0)) s left")
    }
    return parts.joined(separator: "  ")
  }
}
