/// What one step from `u` to `u + Δ` knows of the path: the numbers that its coefficients are made of.
struct StepNumbers {
  /// `Δ = log(v/v')`.
  let length: Double
  /// The length of the step before; nil at the first.
  let previousLength: Double?
  /// `v` at the beginning.
  let level: Double
  /// `v'` at the end.
  let nextLevel: Double
  /// `A` at the beginning, the middle and the end.
  let exponentSum: (start: Double, middle: Double, end: Double)
  /// `c` at the beginning, the middle and the end.
  let noiseScale: (start: Double, middle: Double, end: Double)

  /// `κ₀ = ½(1+c²)A`, how fast the drift goes to its point, in the middle of the step.
  var pull: Double { 0.5 * (1 + noiseScale.middle * noiseScale.middle) * exponentSum.middle }
}
