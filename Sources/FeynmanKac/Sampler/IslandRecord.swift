/// What a step's report needs to know of an island: all of it in its own bytes, which processes that share a run hand around, and which an array of
/// jobs writes down for the report of the whole run.
struct IslandRecord: BitwiseCopyable {
  /// First: ``IslandStates`` reads it from there.
  var state: IslandState
  /// `Σₑ Wₑ²`, where there is no noise, else 0.
  var squaredShares = 0.0
  /// `θ` of the control, the mean over folds.
  var slope = 0.0
  var alignment = ScoreAlignment.Island()
  var moves: LangevinMoves.Report?
  /// The island of the start that it was copied from, counted over the whole run.
  var eve = 0
  /// What the process of the island wants to do after the step.
  var wish = Wish.none
  /// After how many steps the process of the island would hand records around next.
  var pause: Int32 = 1

  enum Wish: UInt8, BitwiseCopyable {
    case none, checkpoint, end
  }
}

extension SamplingRun {
  /// What there is to know of an island at a level that it has come to.
  func record(ofIsland island: Int, at level: Int) -> IslandRecord {
    var record = IslandRecord(state: islands[island])
    if model.isNoiseless, diffusionPlan.needs.contains(.weights) {
      record.squaredShares = squaredShares(ofIsland: island)
    }
    let folds = diffusionPlan.folds(ofIsland: island)
    for fold in folds { record.slope += model.steps[fold].control.slope / Double(folds.count) }
    record.alignment = model.islands[island].alignment
    record.eve = eve(ofIsland: island)
    record.moves = model.moves?.report(ofIsland: island, at: level)
    return record
  }
}

/// The records of all islands that a report is about, in their order.
struct IslandRecords {
  private let records: UnsafeBufferPointer<IslandRecord>
  let states: IslandStates

  /// - Parameter records: At least one.
  init(_ records: UnsafeBufferPointer<IslandRecord>, _ plan: RunPlan) {
    self.records = records
    states = IslandStates(
      records.baseAddress!, stride: MemoryLayout<IslandRecord>.stride, count: records.count,
      islandParticles: plan.islandParticles)
  }

  /// The records of some islands, counted among these.
  func some(_ islands: Range<Int>, _ plan: RunPlan) -> IslandRecords {
    IslandRecords(UnsafeBufferPointer(rebasing: records[islands]), plan)
  }

  /// The logarithm of the sum of all weights, by which those of particles are normalised.
  var logSum: Double { states.mergedMoments.logSum }
  /// How many particles the islands have together.
  var particles: Int { states.count * states.islandParticles }
  var resampledIslands: Int { records.reduce(0) { $0 + ($1.state.didResample ? 1 : 0) } }
  /// How many particles of the start have descendants; of islands that are copies of one, those of the one that has the most: at least so many.
  var uniqueAncestors: Int {
    guard exchangeCount > 0 else { return records.reduce(0) { $0 + $1.state.uniqueAncestors } }
    return families.reduce(0) { sum, family in sum + family.map { records[$0].state.uniqueAncestors }.max()! }
  }
  /// How often islands were exchanged so far.
  var exchangeCount: Int { records[0].state.exchanges.count }
  /// Islands that come from the same one.
  private var families: [[Int]] { Dictionary(grouping: records.indices) { records[$0].eve }.map(\.value) }
  /// How many islands of the start have descendants.
  var familyCount: Int { exchangeCount > 0 ? families.count : records.count }
  /// The mean of the controls' slopes.
  var slope: Double { records.reduce(0) { $0 + $1.slope / Double(records.count) } }

  func effectiveSampleSize(_ merged: WeightMoments, isNoiseless: Bool) -> Double {
    states.effectiveSampleSize(merged, isNoiseless: isNoiseless) { records[$0].squaredShares }
  }

  /// The mean cosine over islands that asked both branches of a guided pair at a step; nil where none did.
  func alignment(at step: Int) -> Double? {
    var sum = 0.0
    var count = 0
    for record in records where (record.alignment.lastStep ?? step) >= step {
      sum += record.alignment.mean
      count += 1
    }
    return count > 0 ? sum / Double(count) : nil
  }

  /// The mean probability with which moves were accepted; nil where none were made or none can be refused.
  var moveAcceptance: Double? {
    records[0].moves?.isAdjusted == true ? mean { $0.acceptance } : nil
  }

  /// `ε` of the moves, the mean over folds, in squared data units; nil where none were made.
  var moveSize: Double? { records[0].moves == nil ? nil : mean { $0.drift } }

  private func mean(_ figure: (LangevinMoves.Report) -> Double) -> Double {
    records.reduce(0) { $0 + ($1.moves.map(figure) ?? 0) } / Double(records.count)
  }
}
