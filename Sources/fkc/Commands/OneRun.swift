import FeynmanKac
import RunConfigurations

/// A run of a config into a folder: by this process, or with others that a launcher started.
struct OneRun {
  let prepared: PreparedRun
  let folder: String
  let overwrite: Bool
  let resume: Bool
  let strict: Bool
  let writesReport: Bool
  let monitor: RunMonitor

  /// Samples all of it, unless it is done already.
  ///
  /// - Throws: `CommandFailure` where it was interrupted, or where it is doubtful and must not be; all that a run throws.
  func sample() throws {
    if try run.isDone() { return try sayWhereResultsAre() }
    let (results, checkpoint) = try open()
    defer { results.discard() }
    try sample(into: results) { _ in PreparedRun.Origin(checkpoint) }
  }

  /// Samples the islands of this process; the first one makes the result of all.
  ///
  /// - Throws: The same; `RankError` where another process has ended.
  func sample(with ranks: MPIRanks) throws {
    let (islands, unit) = prepared.islands
    let (all, family) = (ranks.count, ranks.family)
    let isUsed = try ranks.spread(islands, unit: unit)
    guard isUsed else { return }
    if ranks.rank == 0 {
      StandardStreams.report([Self.spreading(islands, unit: unit, over: ranks.shares, of: all, family)])
      try sampleFirst(with: ranks)
    } else {
      try sampleOther(with: ranks)
    }
    // The last ones wait until the results are whole, or until they cannot be written.
    _ = try ranks.gather(Self.done)
  }

  private func sampleOther(with ranks: MPIRanks) throws {
    Interruption.hold()
    let number = try ranks.gather(Self.nothing)[0]
    guard number != Self.done else { return }
    let checkpoint =
      number == Self.nothing ? nil : try PreparedRun.checkpoint(number: Int(number), in: folder)
    do {
      try prepared.askingNetworks().sampleShare(
        ranks, in: folder, from: checkpoint, threads: prepared.threads, observer: monitor)
    } catch RunError.cancelled(let step) {
      throw CommandFailure(
        .interrupted, "interrupted at step \(step); --resume goes on from the last checkpoint")
    }
  }

  /// What the first process tells the others: that they begin at the start, that there is nothing to do, or the number of a checkpoint.
  private static let nothing: Int64 = -1
  private static let done: Int64 = -2

  private func sampleFirst(with ranks: MPIRanks) throws {
    if try run.isDone() {
      _ = try ranks.gather(Self.done)
      return try sayWhereResultsAre()
    }
    let (results, checkpoint) = try open()
    defer { results.discard() }
    if checkpoint == nil { results.forgetCheckpoints() }
    try sample(into: results) { _ in
      _ = try ranks.gather(checkpoint.map { Int64($0.number) } ?? Self.nothing)
      return .shared(ranks, checkpoint)
    }
  }

  private static func spreading(
    _ islands: Int, unit: Int, over shares: [Range<Int>], of processes: Int, _ family: String
  ) -> String {
    let least = shares.map(\.count).min() ?? 0
    let most = shares.map(\.count).max() ?? 0
    let each = least == most ? "\(most)" : "\(least) to \(most)"
    let idle = processes - shares.count
    return
      "fkc: \(processes) processes (\(family)) share \(islands) \(islands == 1 ? "island" : "islands"), \(each) each"
      + (idle == 0
        ? ""
        : "; \(idle) \(idle == 1 ? "has" : "have") nothing to do, as islands stay whole"
          + (unit > 1 ? " and calls of a model are about \(unit) of them" : ""))
  }

  private func sayWhereResultsAre() throws {
    try StandardStreams.print(path: folder, outcome: "the results are in \(folder)")
  }

  private var run: FolderRun {
    FolderRun(
      prepared, into: folder, overwrite: overwrite, resume: resume,
      for: .program(writesReports: writesReport))
  }

  private func open() throws -> (ResultFolder, Checkpoint?) {
    try run.checkInputs()
    Interruption.hold()
    return try run.open()
  }

  /// - Parameter origin: Where it begins, asked right before it does.
  private func sample(
    into results: ResultFolder, from origin: (PreparedRun) throws -> PreparedRun.Origin
  ) throws {
    let finished = try run.sample(into: results, from: origin, observer: monitor)
    Interruption.endAtOnce(saying: "fkc: interrupted after the end; the results are whole\n")
    try sayWhereResultsAre()
    try Doubts.report(finished.warnings, of: folder, strict: strict)
  }
}
