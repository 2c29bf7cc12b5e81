/// Sees every step of a run, and may end it.
public protocol RunObserver: AnyObject {
  /// Called on the thread that called `run`, between steps. Return false to end the run, which then throws
  /// `RunError.cancelled`. `snapshot` copies the state on request.
  func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool
}
