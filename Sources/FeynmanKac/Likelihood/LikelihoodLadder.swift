import Libc

/// The levels from the data to the noise that a log density is summed over, uniform in log v.
struct LikelihoodLadder: Sendable {
  /// `v`, `steps + 1` values, rising.
  let levels: [Double]
  /// Where the model is asked at each level: points of its own process, or of the one with `α = 1` for a model that is exact
  /// at every level.
  let points: [NoisePoint]
  /// `log α` of the process at the first level, where the rows are.
  let logSignal: Double

  var steps: Int { levels.count - 1 }
  /// The step in log v.
  var length: Double { log(levels[steps] / levels[0]) / Double(steps) }

  /// - Parameters:
  ///   - range: The ends; nil for those of the process within `1e-5...1e4`.
  /// - Throws: `SetupError` for `noiseLevels` that the model does not cover.
  init(_ model: some ScoreModel, _ process: some NoiseProcess, range: ClosedRange<Double>?, steps: Int) throws
  {
    let own = process.noiseLevels
    let low = range?.lowerBound ?? max(own.lowerBound, 1e-5)
    let high = range?.upperBound ?? min(own.upperBound, 1e4)
    guard low < high else {
      throw SetupError("noiseLevels", "from \(low) to \(high); give a path from a smaller to a larger level")
    }
    let isExactEverywhere = model.noiseLevels == 0...Double.infinity
    let covered = isExactEverywhere ? 0...Double.infinity : model.noiseLevels ?? own
    // A path that comes from the same numbers may end a rounding error outside.
    guard covered.lowerBound <= low * (1 + 1e-9), high * (1 - 1e-9) <= covered.upperBound else {
      throw SetupError(
        "noiseLevels",
        "the model covers noise levels \(covered.lowerBound) to \(covered.upperBound), the path runs from \(low) to \(high)"
      )
    }
    var levels = (0...steps).map { exp(log(low) + log(high / low) * Double($0) / Double(steps)) }
    levels[0] = low
    levels[steps] = high
    self.levels = levels
    points = levels.map { level in
      let point = process.point(atNoiseLevel: level)
      return isExactEverywhere
        ? NoisePoint(time: point.time, signal: 1, noise: level.squareRoot()) : point
    }
    logSignal = log(process.point(atNoiseLevel: low).signal)
  }
}
