/// One file of a checkpoint: the state of some of a run's islands after a step.
struct CheckpointFile {
  let path: String
  /// What ``CheckpointRule/identity`` was.
  let identity: String
  /// The version of the library, and the level of the kernels, on which bytes depend.
  let version: String
  let kernelLevel: String
  /// The number of the checkpoint among its run's, from 0.
  let number: Int
  let step: Int
  let steps: Int
  /// The particles of the whole run, as its islands.
  let particles: Int
  let islands: Int
  let seed: UInt64
  /// A number that says what the plan's levels and exponents are.
  let digest: UInt32
  /// The islands whose state it is.
  let share: Range<Int>
  /// The islands whose state the files of the same number are together.
  let all: Range<Int>
  /// Whether it has what the reports of all islands are made of, beside those of its own.
  let hasLevels: Bool
  let reader: StateFileReader
  /// What a file has of a particle: at least one coordinate.
  private static let leastBytes = 4

  /// What a file begins with.
  ///
  /// - Parameters:
  ///   - share: The islands that are written.
  ///   - all: Those whose state this file and others are together.
  ///   - hasLevels: What the reports of all islands are made of follows.
  static func write(
    _ state: StateExchange, _ run: SamplingRun, share: Range<Int>, of all: Range<Int>, hasLevels: Bool,
    number: Int, identity: String, digest: UInt32
  ) throws(FileError) {
    try state.text("version", Platform.libraryVersion)
    try state.text("kernel level", Platform.kernelLevel)
    try state.text("identity", identity)
    let plan = run.plan
    var shape = [
      UInt64(clamping: number), UInt64(clamping: run.step), UInt64(clamping: plan.steps),
      UInt64(clamping: plan.particlesOfAll), UInt64(clamping: plan.share.total), run.streams.seed,
      UInt64(digest), UInt64(clamping: share.lowerBound), UInt64(clamping: share.upperBound),
      UInt64(clamping: all.lowerBound), UInt64(clamping: all.upperBound), hasLevels ? 1 : 0,
    ]
    try state.array("shape", &shape)
  }

  /// Reads the head of a file, after all of it was found to be whole.
  ///
  /// - Throws: `FileError`, missing or malformed.
  init(_ path: String) throws(FileError) {
    reader = try StateFileReader(path)
    try reader.verify()
    version = try reader.text("version")
    kernelLevel = try reader.text("kernel level")
    identity = try reader.text("identity")
    var shape: [UInt64] = []
    try StateExchange(from: reader).array("shape", &shape)
    guard shape.count == 12, shape.indices.allSatisfy({ $0 == 5 || shape[$0] <= UInt64(UInt32.max) }),
      shape[1] <= shape[2], shape[4] > 0, shape[3] % shape[4] == 0, shape[9] <= shape[7], shape[7] < shape[8],
      shape[8] <= shape[10],
      shape[10] <= shape[4]
    else {
      throw FileError(.malformed, path, "has another head")
    }
    // Nobody makes room for particles that a file cannot have.
    guard (shape[8] - shape[7]) * (shape[3] / shape[4]) <= UInt64(clamping: reader.size / Self.leastBytes)
    else {
      throw FileError(.malformed, path, "is too short for the particles that its head tells of")
    }
    self.path = path
    number = Int(clamping: shape[0])
    step = Int(clamping: shape[1])
    steps = Int(clamping: shape[2])
    particles = Int(clamping: shape[3])
    islands = Int(clamping: shape[4])
    seed = shape[5]
    digest = UInt32(clamping: shape[6])
    share = Int(clamping: shape[7])..<Int(clamping: shape[8])
    all = Int(clamping: shape[9])..<Int(clamping: shape[10])
    hasLevels = shape[11] != 0
  }

  /// What of another file is not that of the same state of the same run, in words; nil where both may be read together.
  func difference(from other: CheckpointFile) -> String? {
    for (what, own, others) in [
      ("version", version, other.version), ("kernel level", kernelLevel, other.kernelLevel),
      ("seed", "\(seed)", "\(other.seed)"), ("particles", "\(particles)", "\(other.particles)"),
      ("islands", "\(islands)", "\(other.islands)"), ("steps", "\(steps)", "\(other.steps)"),
    ] where own != others {
      return "its \(what) is \(own), and that of \(other.path) \(others)"
    }
    if identity != other.identity || digest != other.digest {
      return "it is of another config than \(other.path)"
    }
    guard step == other.step else { return "it is of step \(step), and \(other.path) of step \(other.step)" }
    return nil
  }
}

extension StateExchange {
  /// A text, where it is written; readers know to expect one.
  fileprivate func text(_ name: String, _ text: String) throws(FileError) {
    var bytes = Array(text.utf8)
    try array(name, &bytes)
  }
}
