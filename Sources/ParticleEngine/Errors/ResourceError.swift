/// What the machine does not give a run.
public enum ResourceError: Error, Equatable, CustomStringConvertible {
  /// The system refused memory that the run must have.
  case noMemory(bytes: Int)
  /// The system refused a thread.
  case noThread(threads: Int, reason: String)

  /// What happened and what to try, in one sentence without a full stop.
  public var description: String {
    switch self {
    case .noMemory(let bytes):
      "the system refused the \(Double(bytes / 100_000) / 10) MB of memory that the particles need"
        + "; take fewer particles or threads, or raise the limit (ulimit -v, a control group)"
    case .noThread(let threads, let reason):
      "the system refused one of \(threads) threads: \(reason); take fewer (`threads: 1`), or raise the limit (ulimit -u, "
        + "ulimit -v, a control group)"
    }
  }
}
