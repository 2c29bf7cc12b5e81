internal import CKernels
import Libc

/// The cores of this machine.
public enum Processors {
  /// How many threads of this process can run at once, at least 1: those cores that it is allowed (by `taskset`, a batch
  /// system or a container), and no more than its control groups' share of time makes up.
  public static var available: Int {
    let allowed = Int(fk_allowed_processors())
    return count(
      allowed: allowed > 0 ? allowed : sysconf(CInt(_SC_NPROCESSORS_ONLN)),
      share: ControlGroups().processors)
  }

  /// The threads that are wanted, at least 1; all that can run at once where nobody says.
  package static func threadCount(_ wanted: Int?) -> Int { max(1, wanted ?? available) }

  /// - Parameters:
  ///   - allowed: Cores.
  ///   - share: The share in processors; nil without a limit.
  package static func count(allowed: Int, share: Double?) -> Int {
    guard let share, share < Double(allowed) else { return max(1, allowed) }
    // Three threads make more of a share of 2.5 processors than two.
    return max(1, Int(clamping: share.rounded(.up)))
  }
}
