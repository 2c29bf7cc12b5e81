import Libc

/// The step-size error of log Z by the rounds of a pilot together: each tells of other numbers of steps by the order of
/// the scheme. Rounds of few steps have the larger errors, which stand out of the noise of few particles.
struct StepErrorFit {
  /// How wrong the order may be: what is told of twice the steps and more is uncertain by this share of itself.
  private static let distrust = 0.5

  let order: Int
  private var rounds: [(steps: Int, error: Double, deviation: Double)] = []

  init(order: Int) { self.order = order }

  mutating func add(_ round: PilotRound) {
    rounds.append((round.steps, round.error, round.standardError))
  }

  /// The error in nats, with its standard error; infinite where nothing is known.
  func error(steps: Int) -> (value: Double, deviation: Double) {
    guard !rounds.isEmpty else { return (.infinity, 0) }
    var weight = 0.0
    var sum = 0.0
    for round in rounds {
      let factor = pow(Double(round.steps) / Double(steps), Double(order))
      let stretch = abs(1 - Double(round.steps) / Double(steps))
      let deviation = max(
        1e-12, hypot(factor * round.deviation, Self.distrust * min(1, 2 * stretch) * factor * round.error))
      weight += 1 / (deviation * deviation)
      sum += factor * round.error / (deviation * deviation)
    }
    return (sum / weight, 1 / weight.squareRoot())
  }

  /// The least number of steps, to 2 %, whose error and its standard error are together within a bound.
  func steps(within allowed: Double, from least: Int) -> Int {
    var steps = least
    while steps < Pilot.maximumSteps {
      let (value, deviation) = error(steps: steps)
      if abs(value) + deviation <= allowed { break }
      steps = min(Pilot.maximumSteps, max(steps + 1, steps + steps / 50))
    }
    return steps
  }
}
