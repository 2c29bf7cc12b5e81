/// Sees every step of a run, and may end it.
public protocol RunObserver: AnyObject {
  /// Called on the thread that called `run`, between steps. Return false to end the run, which then throws
  /// `RunError.cancelled`. `snapshot` copies the state on request.
  func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool

  /// Asked between the rounds of a ``Pilot``. True ends the run, which then throws `RunError.cancelled`; false unless an
  /// observer says otherwise.
  var endsPilot: Bool { get }
}

extension RunObserver {
  public var endsPilot: Bool { false }
}
