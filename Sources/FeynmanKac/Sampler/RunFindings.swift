/// What was found out before the first step of a run by asking its models. Its checkpoints keep it, so that nothing is asked again where the run
/// goes on or its parts are joined.
struct RunFindings: Codable {
  /// The digest of the plan that it was found for, as far as that was known then.
  let digest: UInt32
  let fit: FittedStart?
  let plain: PlainSamples?
  let pilot: Pilot?
  let start: StartCheck?

  init(digest: UInt32, fit: FittedStart?, plain: PlainSamples?, pilot: Pilot?, start: StartCheck?) {
    (self.digest, self.fit, self.plain, self.pilot, self.start) = (digest, fit, plain, pilot, start)
  }

  /// What a checkpoint has; nil where it has none for such a plan.
  ///
  /// - Throws: `FileError`, malformed.
  init?(in checkpoint: Checkpoint, for first: RunPlan) throws(FileError) {
    var bytes: [UInt8] = []
    try checkpoint.state(of: checkpoint.share).array(Self.record, &bytes)
    guard let own = PropertyList.value(Self.self, from: bytes) else {
      throw FileError(.malformed, checkpoint.path, "has no findings that can be read")
    }
    guard own.digest == first.digest else { return nil }
    guard own.isPossible(for: first) else {
      throw FileError(.malformed, checkpoint.path, "has findings that no run can have")
    }
    self = own
  }

  /// Whether everything is as long as whoever reads it takes for granted.
  private func isPossible(for first: RunPlan) -> Bool {
    let (terms, d) = (first.terms.count, first.dimensions)
    let asked = [plain?.modelEvaluations, pilot?.asked].compactMap(\.self)
    let levels = pilot?.noiseLevels ?? [1, 0]
    return fit?.hasShape(terms: terms, dimensions: d) != false && plain?.hasShape(dimensions: d) != false
      && asked.allSatisfy { $0.each.count == terms }
      && levels.count > 1 && levels.allSatisfy(\.isFinite)
      && zip(levels, levels.dropFirst()).allSatisfy { $0 > $1 }
  }

  /// The bytes that a checkpoint keeps.
  func encoded() throws -> [UInt8] { try PropertyList.bytes(of: self) }

  /// The name that they have there.
  static let record = "findings"
}
