import FeynmanKac
import RunConfigurations

/// The processes of an MPI launcher, of which this is one.
enum Launched {
  /// The processes; nil where no launcher started this one, or where it runs by itself.
  nonisolated(unsafe) private(set) static var ranks: MPIRanks?

  /// Starts MPI where its launcher started this process. Only the first process says anything from here on.
  ///
  /// - Throws: `CommandFailure` where its library cannot be loaded.
  static func start() throws -> MPIRanks? {
    do throws(SetupError) { ranks = try MPIRanks.launched() } catch {
      throw CommandFailure(.unavailable, error.problem)
    }
    if let ranks, ranks.rank > 0 {
      StandardStreams.areSilent = true
      Interruption.endAtOnce(saying: "")
    }
    return ranks
  }

  /// Ends this process, and with it all others, which learn of it at their next step.
  ///
  /// - Parameter failure: Why it ends; nil where another process has said so, whose status it takes.
  static func end(_ failure: CommandFailure?, of other: RankError?) -> Never {
    // The launcher ends the others once one has ended.
    if ranks != nil { Interruption.hold() }
    guard let ranks else {
      StandardStreams.report(failure?.lines ?? [])
      exitProcess(failure?.status ?? .numericalFailure)
    }
    if let other {
      ranks.end()
      exitProcess(ExitStatus(rawValue: other.status) ?? .numericalFailure)
    }
    let failure = failure ?? CommandFailure(.numericalFailure, [])
    if ranks.leave(status: failure.status.rawValue) {
      StandardStreams.areSilent = false
      let place = ranks.rank > 0 ? ["fkc: process \(ranks.rank) of \(ranks.count) ends the run"] : []
      StandardStreams.report(place + failure.lines)
    }
    ranks.end()
    exitProcess(failure.status)
  }
}
