/// Heun's step: an Euler predictor, whose drift is then replaced by the mean of the drifts at both ends.
struct Heun: Scheme {
  let name = "heun"
  let summary = "The mean of the drifts at both ends: second order, two evaluations a step."
  let order = 2
  let hasReversal = false
  let needs: Needs = [.stepStart, .secondDrift]
  let refusals = [
    Refusal(
      .projection, "sampler.scheme",
      "`.heun` has two drifts a step, `guidance.projection` has one; use `.exponentialMultistep`")
  ]

  /// The predictor. The noise has the exact variance `c²(v − v')` of the whole step, which the second drift keeps.
  func move(_ numbers: StepNumbers, slope: Double, response: PointResponse) -> Move {
    let start = numbers.noiseScale.start
    let drift = Move.drift(
      level: numbers.level, squaredNoiseScale: start * start, slope: slope, length: numbers.length)
    let middle = numbers.noiseScale.middle
    return Move(
      affine: drift.affine, offsetFactor: numbers.length,
      variance: middle * middle * (numbers.level - numbers.nextLevel))
  }

  /// Half the drift at the predicted end, less half the drift at the start.
  func secondDrift(_ numbers: StepNumbers, slope: Double) -> SecondDrift? {
    let start = numbers.noiseScale.start
    let end = numbers.noiseScale.end
    return SecondDrift(
      end: .drift(
        level: numbers.nextLevel, squaredNoiseScale: end * end, slope: slope, length: 0.5 * numbers.length),
      start: .drift(
        level: numbers.level, squaredNoiseScale: start * start, slope: slope, length: 0.5 * numbers.length))
  }
}

extension Sampler.Scheme {
  /// The mean of the drifts at both ends: second order, two evaluations a step.
  public static let heun = Self(Heun())
}
