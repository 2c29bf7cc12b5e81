internal import CKernels

/// Where a run stood after some step, on the disk: what ``Sampler/run(from:threads:observer:checkpoints:)`` goes on from, to
/// the same bytes as if nothing had come between.
public struct Checkpoint {
  /// The file.
  public let path: String
  /// How many steps were done.
  public let step: Int
  /// How many steps the run has.
  public let steps: Int
  /// The run's particles, over all islands.
  public let particles: Int
  /// The run's islands.
  public let islands: Int
  /// The run's seed.
  public let seed: UInt64
  /// What ``CheckpointRule/identity`` was.
  public let identity: String
  /// The version of the library, and the level of the kernels, on which bytes depend.
  let version: String
  let kernelLevel: String
  /// The number of the checkpoint among its run's, from 0.
  let number: Int
  /// A number that says what the plan's levels and exponents are.
  let digest: UInt32
  private let reader: StateFileReader
  /// Where the state begins.
  private let start: Int
}

/// When a run writes a checkpoint, and where.
public struct CheckpointRule: Sendable {
  /// How much of a run may be lost.
  public enum Interval: Sendable, Equatable {
    /// After so many steps each, at least 1.
    case steps(Int)
    /// After the first step that ends so many seconds after the last checkpoint.
    case seconds(Double)
  }

  /// A folder for nothing else; it is made where there is none. It holds the last two checkpoints.
  public var folder: String
  /// After how much of a run the next one is due.
  public var interval: Interval
  /// Anything that says which run this is, for a caller to compare with ``Checkpoint/identity``: of models and rewards nothing else in a checkpoint
  /// tells.
  public var identity: String

  /// - Parameters:
  ///   - folder: Absolute, or from the current one.
  ///   - identity: Nothing by default. The sampler's own figures are compared in any case.
  public init(folder: String, interval: Interval = .seconds(120), identity: String = "") {
    self.folder = folder
    self.interval = interval
    self.identity = identity
  }
}

extension Checkpoint {
  /// What a checkpoint begins with, in this order.
  static func write(
    _ state: StateExchange, _ run: SamplingRun, number: Int, identity: String, digest: UInt32
  ) throws(FileError) {
    try state.text("version", Platform.libraryVersion)
    try state.text("kernel level", Platform.kernelLevel)
    try state.text("identity", identity)
    var shape = [
      UInt64(clamping: number), UInt64(clamping: run.step), UInt64(clamping: run.plan.steps),
      UInt64(clamping: run.plan.particles), UInt64(clamping: run.plan.islands), run.streams.seed,
      UInt64(digest),
    ]
    try state.array("shape", &shape)
  }

  /// Reads the head of a checkpoint, after all of it was found to be whole.
  ///
  /// - Throws: `FileError`, missing or malformed.
  public init(_ path: String) throws(FileError) {
    let reader = try StateFileReader(path)
    try reader.verify()
    version = try reader.text("version")
    kernelLevel = try reader.text("kernel level")
    identity = try reader.text("identity")
    var shape: [UInt64] = []
    try StateExchange(from: reader).array("shape", &shape)
    guard shape.count == 7, shape.allSatisfy({ $0 <= UInt64(Int.max) || $0 == shape[5] }) else {
      throw FileError(.malformed, path, "has another head")
    }
    self.path = path
    self.reader = reader
    number = Int(clamping: shape[0])
    step = Int(clamping: shape[1])
    steps = Int(clamping: shape[2])
    particles = Int(clamping: shape[3])
    islands = Int(clamping: shape[4])
    seed = shape[5]
    digest = UInt32(clamping: shape[6])
    start = reader.position
  }

  /// The state, to be read back.
  ///
  /// - Throws: `FileError`, malformed.
  func state() throws(FileError) -> StateExchange {
    try reader.seek(to: start)
    return StateExchange(from: reader)
  }

  /// The newest whole checkpoint of a folder.
  ///
  /// - Returns: Nil where there is none, and what was wrong with files that are newer or cannot be read.
  public static func newest(in folder: String) -> (checkpoint: Checkpoint?, problems: [FileError]) {
    var found: [Checkpoint] = []
    var problems: [FileError] = []
    for name in CheckpointFolder.stateNames {
      do throws(FileError) {
        found.append(try Checkpoint("\(folder)/\(name)"))
      } catch {
        if error.kind != .missing { problems.append(error) }
      }
    }
    return (found.max { $0.number < $1.number }, problems)
  }

  /// What of the library or the processor is not as it was, in words; nil where bytes will be the same.
  package var otherSystem: String? {
    if version != Platform.libraryVersion {
      return "the version was \(version) and is \(Platform.libraryVersion) now"
    }
    guard kernelLevel != Platform.kernelLevel else { return nil }
    return
      "the kernel level was \(kernelLevel) and is \(Platform.kernelLevel) now; FKC_KERNEL=\(kernelLevel) asks for it"
  }

  /// - Throws: `FileError`, malformed, where the run that goes on would not be the one that this is of.
  func check(_ plan: RunPlan, digest: UInt32, seed: UInt64) throws(FileError) {
    func refuse(_ what: String, _ own: String, _ other: String) -> FileError {
      FileError(.malformed, path, "is of a run with \(what) \(own), and this one has \(other)")
    }
    if let otherSystem { throw FileError(.malformed, path, "is of another run: \(otherSystem)") }
    for (what, own, other) in [
      ("particles", particles, plan.particles), ("islands", islands, plan.islands),
      ("steps", steps, plan.steps),
    ] where own != other {
      throw refuse(what, "\(own)", "\(other)")
    }
    if self.seed != seed { throw refuse("seed", "\(self.seed)", "\(seed)") }
    guard self.digest == digest else {
      throw FileError(.malformed, path, "is of a run with other noise levels, exponents or settings")
    }
  }
}

extension RunPlan {
  /// A number that differs between plans with other levels, exponents, noise or settings; of models it knows nothing.
  var digest: UInt32 {
    var numbers = path.levels + path.signals + rewardScales
    for term in terms { numbers += term.exponents }
    numbers += (0..<steps).map { self.numbers(ofStep: $0).noiseScale.middle }
    numbers += [resampling.threshold, Double(needs.rawValue), Double(dimensions)]
    let sum = numbers.withUnsafeBytes { fk_crc32c(0, $0.baseAddress!, $0.count) }
    let words = Array(
      "\(resampling.resampler) \(controls) \(type(of: scheme)) \(type(of: correction)) \(start) \(denoising) \(generator) \(rejuvenation?.description ?? "")"
        .utf8)
    return words.withUnsafeBytes { fk_crc32c(sum, $0.baseAddress!, $0.count) }
  }
}

extension StateExchange {
  /// A text, where it is written; readers know to expect one.
  fileprivate func text(_ name: String, _ text: String) throws(FileError) {
    var bytes = Array(text.utf8)
    try array(name, &bytes)
  }
}
