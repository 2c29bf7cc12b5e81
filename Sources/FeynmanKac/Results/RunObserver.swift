/// Sees every step of a run, and may end it.
public protocol RunObserver: AnyObject {
  /// Called on the thread that called `run`, between steps. Return false to end the run, which then throws
  /// `RunError.cancelled`. `snapshot` copies the state on request.
  func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool

  /// Called before `didFinish` of steps that ``Sampler/trajectory`` asks for, with some of the particles. What it throws
  /// ends the run. Does nothing by default.
  func didRecord(_ row: TrajectoryRow) throws

  /// Called before a checkpoint is written: what an observer has written of the steps so far has to be on the disk before it is.
  /// What it throws ends the run. Does nothing by default.
  func willWriteCheckpoint() throws

  /// Called where a checkpoint could not be written, such as on a full disk. The run goes on, and the last one stays. Does nothing by default.
  func didFailCheckpoint(_ error: FileError)

  /// Asked within a step between blocks of particles, and during a ``Pilot``, on the thread that called `run`; thousands
  /// of times a second. True ends the run, which then throws `RunError.cancelled`; false unless an observer says otherwise.
  var endsRun: Bool { get }
}

extension RunObserver {
  /// Does nothing.
  public func didRecord(_ row: TrajectoryRow) throws {}

  /// Does nothing.
  public func willWriteCheckpoint() throws {}

  /// Does nothing.
  public func didFailCheckpoint(_ error: FileError) {}

  /// False: the run goes on.
  public var endsRun: Bool { false }
}
