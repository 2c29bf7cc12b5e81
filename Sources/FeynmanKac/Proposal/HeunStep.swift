internal import CKernels

extension Move {
  /// The Euler predictor of Heun's step. The noise has the exact variance `c²(v − v')` of the whole step, which the
  /// corrector keeps.
  static func heunPredictor(_ numbers: StepNumbers, slope: Double) -> Move {
    let start = numbers.noiseScale.start
    let drift = Move.drift(
      level: numbers.level, squaredNoiseScale: start * start, slope: slope, length: numbers.length)
    let middle = numbers.noiseScale.middle
    return Move(
      affine: drift.affine, offsetFactor: numbers.length,
      variance: middle * middle * (numbers.level - numbers.nextLevel))
  }

  /// What Heun's corrector adds to the predicted state: half the drift there, less half the drift at the start.
  static func heunCorrections(_ numbers: StepNumbers, slope: Double) -> (end: Move, start: Move) {
    let start = numbers.noiseScale.start
    let end = numbers.noiseScale.end
    return (
      Move.drift(
        level: numbers.nextLevel, squaredNoiseScale: end * end, slope: slope, length: 0.5 * numbers.length),
      Move.drift(
        level: numbers.level, squaredNoiseScale: start * start, slope: slope, length: 0.5 * numbers.length)
    )
  }
}
