import Libc

/// The noise levels that a run passes through, from noise to data, and what depends on them alone.
struct Path: Sendable {
  /// `v`, `steps + 1` values, falling.
  let levels: [Double]
  /// `t` of the sampler's process.
  let times: [Double]
  /// `α` of the sampler's process.
  let signals: [Double]
  /// `dα/du`.
  let signalSlopes: [Double]
  /// The fraction of the path in `u` that is done, 0 to 1.
  let progress: [Double]

  var steps: Int { levels.count - 1 }
  /// `−log v` at the data minus that at the noise.
  var length: Double { log(levels[0] / levels[steps]) }

  /// `u_{k+1} − u_k`.
  func stepLength(_ step: Int) -> Double { log(levels[step] / levels[step + 1]) }

  init(of sampler: Sampler) throws {
    let process = sampler.process
    let (first, last) = try Self.ends(of: sampler)
    let steps = sampler.steps.number ?? Sampler.Steps.provisional
    let levels: [Double]
    if case .levels(let given) = sampler.steps {
      guard steps >= 1, given[steps] > 0, given[0].isFinite else {
        throw SetupError(
          "sampler.steps", "\(given.count) levels; give at least two positive ones, falling")
      }
      levels = given
    } else {
      levels = Self.levels(sampler.steps.grid, count: steps, from: first, to: last, process)
    }
    for step in 0..<steps where !(levels[step + 1] < levels[step]) {
      throw SetupError(
        "sampler.steps.grid",
        "two steps of the grid fall on the noise level \(levels[step]); use grid `.logSignalToNoise` or fewer steps"
      )
    }
    self.levels = levels
    // The process's own time, whatever its models count from.
    times = levels.map { process.time(atNoiseLevel: $0) }
    signals = times.map { process.signal(at: $0) }
    signalSlopes = times.map { Self.signalSlope(process, at: $0) }
    let start = levels[0]
    let end = levels[steps]
    progress = levels.map { log(start / $0) / log(start / end) }
  }

  /// The path's first and last noise level.
  private static func ends(of sampler: Sampler) throws -> (Double, Double) {
    if case .count(let count, _) = sampler.steps, count < 1 {
      throw SetupError("sampler.steps", "\(count); give 1 or more")
    }
    guard (0...1).contains(sampler.startTime) else {
      throw SetupError("sampler.startTime", "\(sampler.startTime); give a number from 0 to 1")
    }
    guard sampler.endTime >= 0, sampler.endTime < sampler.startTime else {
      throw SetupError("sampler.endTime", "\(sampler.endTime); give a number from 0 to below `startTime`")
    }
    guard sampler.maximumNoiseLevel > 0, sampler.maximumNoiseLevel.isFinite else {
      throw SetupError("sampler.maximumNoiseLevel", "\(sampler.maximumNoiseLevel); give a positive number")
    }
    guard sampler.minimumNoiseLevel > 0, sampler.minimumNoiseLevel.isFinite else {
      throw SetupError("sampler.minimumNoiseLevel", "\(sampler.minimumNoiseLevel); give a positive number")
    }
    var first = sampler.process.noiseLevel(at: sampler.startTime)
    var last = sampler.process.noiseLevel(at: sampler.endTime)
    if !first.isFinite { first = sampler.maximumNoiseLevel }
    if last <= 0 { last = sampler.minimumNoiseLevel }
    guard last < first else {
      throw SetupError(
        "sampler", "the path ends at noise level \(last), which is not below its start \(first)")
    }
    return (first, last)
  }

  /// `count + 1` levels between two, as a grid places them.
  private static func levels(
    _ grid: Sampler.StepGrid?, count: Int, from first: Double, to last: Double, _ process: any NoiseProcess
  ) -> [Double] {
    let fractions = (0...count).map { Double($0) / Double(count) }
    var levels: [Double]
    switch grid {
    // Until a pilot has placed them.
    case .logSignalToNoise, .automatic, nil:
      levels = fractions.map { exp(log(first) + (log(last) - log(first)) * $0) }
    case .karras:
      levels = fractions.map { pow(pow(first, 1 / 14) + (pow(last, 1 / 14) - pow(first, 1 / 14)) * $0, 14) }
    case .time:
      let (start, end) = (process.time(atNoiseLevel: first), process.time(atNoiseLevel: last))
      levels = fractions.map { process.noiseLevel(at: start + (end - start) * $0) }
    }
    levels[0] = first
    levels[count] = last
    return levels
  }

  /// `dα/du` by a difference in `t` that stays inside the process.
  private static func signalSlope(_ process: any NoiseProcess, at time: Double) -> Double {
    let early = max(time - 1e-5, 0)
    let late = min(time + 1e-5, 1)
    let signalChange = process.signal(at: late) - process.signal(at: early)
    guard signalChange != 0 else { return 0 }
    let low = process.noiseLevel(at: early)
    let high = process.noiseLevel(at: late)
    guard low > 0, high.isFinite else { return 0 }
    return -signalChange / log(high / low)
  }
}
