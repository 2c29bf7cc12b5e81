internal import CKernels

/// Where a run stood after some step, on the disk: what ``Sampler/run(from:threads:observer:checkpoints:)`` goes on from, to
/// the same bytes as if nothing had come between. It may be in several files, each of some of the run's islands.
public struct Checkpoint {
  /// The file, or the first of several.
  public var path: String { files[0].path }
  /// How many steps were done.
  public var step: Int { files[0].step }
  /// How many steps the run has.
  public var steps: Int { files[0].steps }
  /// The run's particles, over all islands.
  public var particles: Int { files[0].particles }
  /// The run's islands.
  public var islands: Int { files[0].islands }
  /// The islands whose state it is, of those of the run.
  public let share: Range<Int>
  /// The run's seed.
  public var seed: UInt64 { files[0].seed }
  /// What ``CheckpointRule/identity`` was.
  public var identity: String { files[0].identity }
  /// The number of the checkpoint among its run's, from 0.
  package var number: Int { files[0].number }
  /// The files, in the order of their islands.
  private let files: [CheckpointFile]
  /// Whether the reports of all islands have to be made from what each file recorded.
  var hasLevels: Bool { files[0].hasLevels }
  /// The reader of one of the files, in the order of their islands.
  func reader(ofPart part: Int) -> StateFileReader { files[part].reader }
  /// The islands of each file.
  package var shares: [Range<Int>] { files.map(\.share) }
  /// Whether several processes wrote it.
  package var isShared: Bool { files.count > 1 }

  /// Reads the head of a checkpoint, after all of it was found to be whole.
  ///
  /// - Throws: `FileError`, missing or malformed.
  public init(_ path: String) throws(FileError) {
    files = [try CheckpointFile(path)]
    share = files[0].all
  }

  /// Joins files that are of the same state of the same run.
  ///
  /// - Parameter all: The islands whose state they have to be.
  /// - Throws: `FileError`, malformed, where islands are missing, where two files have the same, or where one is of another run.
  init(joining found: [CheckpointFile], of all: Range<Int>) throws(FileError) {
    files = found.sorted { $0.share.lowerBound < $1.share.lowerBound }
    share = all
    let first = files[0]
    var next = all.lowerBound
    var former = first
    for file in files {
      if let difference = file.difference(from: first) { throw FileError(.malformed, file.path, difference) }
      if file.share.lowerBound > next { throw Self.missing(next..<file.share.lowerBound, first) }
      if file.share.lowerBound < next {
        let both = file.share.lowerBound..<min(next, file.share.upperBound)
        throw FileError(.malformed, file.path, "has \(Self.named(both)), which \(former.path) has too")
      }
      next = file.share.upperBound
      former = file
    }
    if next < all.upperBound { throw Self.missing(next..<all.upperBound, first) }
  }

  /// The state of a run that is done, from the parts that its islands were sampled in.
  ///
  /// - Parameter parts: The file of each.
  /// - Throws: `FileError`, missing, or malformed where islands are missing or in two parts, where parts are of other runs, or not done.
  public init(parts: [String]) throws(FileError) {
    var files: [CheckpointFile] = []
    for path in parts { files.append(try CheckpointFile(path)) }
    precondition(!files.isEmpty, "no parts to join")
    for file in files where file.step != file.steps || !file.hasLevels {
      throw FileError(
        .malformed, file.path,
        "is the checkpoint of step \(file.step) of \(file.steps), and no part that is done")
    }
    try self.init(joining: files, of: 0..<files[0].islands)
  }

  /// The paths of its files, in the order of their islands.
  package var paths: [String] { files.map(\.path) }

  private static func missing(_ islands: Range<Int>, _ file: CheckpointFile) -> FileError {
    FileError(.malformed, file.path, "\(named(islands)) of \(file.islands) are in no file beside it")
  }

  /// A range of islands in words, as the command line has it.
  static func named(_ islands: Range<Int>) -> String {
    islands.count == 1
      ? "island \(islands.lowerBound)" : "islands \(islands.lowerBound)-\(islands.upperBound - 1)"
  }

  /// The state, to be read back.
  ///
  /// - Parameter islands: Those that are wanted.
  func state(of islands: Range<Int>) -> StateExchange {
    StateExchange(from: StateFiles(files.map { ($0.reader, $0.share) }), islands: islands)
  }

  /// The newest whole checkpoint of a folder.
  ///
  /// - Returns: Nil where there is none, and what was wrong with files that are newer or cannot be read.
  public static func newest(in folder: String) -> (checkpoint: Checkpoint?, problems: [FileError]) {
    var found: [Int: [CheckpointFile]] = [:]
    var problems: [FileError] = []
    for name in CheckpointFolder.stateNames(in: folder) {
      do throws(FileError) {
        let file = try CheckpointFile("\(folder)/\(name)")
        found[file.number, default: []].append(file)
      } catch {
        if error.kind != .missing { problems.append(error) }
      }
    }
    for (_, files) in found.sorted(by: { $0.key > $1.key }) {
      do throws(FileError) { return (try Checkpoint(joining: files, of: files[0].all), problems) } catch {
        problems.append(error)
      }
    }
    return (nil, problems)
  }

  /// The checkpoint of a number in a folder where somebody has found it to be whole.
  ///
  /// - Throws: `FileError`, missing or malformed.
  package init(number: Int, in folder: String) throws(FileError) {
    let (found, problems) = Self.newest(in: folder)
    guard let found, found.number == number else {
      throw problems.first ?? FileError(.missing, folder, "has no checkpoint \(number)")
    }
    self = found
  }

  /// What of the library or the processor is not as it was, in words; nil where bytes will be the same.
  package var otherSystem: String? {
    let (version, kernelLevel) = (files[0].version, files[0].kernelLevel)
    if version != Platform.libraryVersion {
      return "the version was \(version) and is \(Platform.libraryVersion) now"
    }
    guard kernelLevel != Platform.kernelLevel else { return nil }
    return
      "the kernel level was \(kernelLevel) and is \(Platform.kernelLevel) now; FKC_KERNEL=\(kernelLevel) asks for it"
  }

  func isOfOthers(than islands: Range<Int>) -> FileError {
    FileError(.malformed, path, "is of \(Self.named(share)), and this run has \(Self.named(islands))")
  }

  /// - Throws: `FileError`, malformed, where the run that goes on would not be the one that this is of.
  func check(_ plan: RunPlan, digest: UInt32, seed: UInt64) throws(FileError) {
    func refuse(_ what: String, _ own: String, _ other: String) -> FileError {
      FileError(.malformed, path, "is of a run with \(what) \(own), and this one has \(other)")
    }
    if let otherSystem { throw FileError(.malformed, path, "is of another run: \(otherSystem)") }
    for (what, own, other) in [
      ("particles", particles, plan.population.particlesOfAll),
      ("islands", islands, plan.population.share.total), ("steps", steps, plan.steps),
    ] where own != other {
      throw refuse(what, "\(own)", "\(other)")
    }
    let own = plan.population.share.islands
    guard share.clamped(to: own) == own else { throw isOfOthers(than: own) }
    if self.seed != seed { throw refuse("seed", "\(self.seed)", "\(seed)") }
    guard files[0].digest == digest else {
      throw FileError(.malformed, path, "is of a run with other noise levels, exponents or settings")
    }
  }
}
