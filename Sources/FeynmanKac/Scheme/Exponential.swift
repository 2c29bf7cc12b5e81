/// The exponential step with its drift point frozen at the start.
struct Exponential: Scheme {
  let name = "exponential"
  let summary = "The same without extrapolation: first order."
  let order = 1
  let hasReversal = true
  let needs: Needs = []
  let knownError: String? =
    "`scheme: .exponential` is of first order: on targets with exact answers variances came out 5 to 11 % too small at "
    + "200 steps. Use `.exponentialMultistep`, or measure it by `stepSizeError: .doubling()`."

  func move(_ numbers: StepNumbers, slope: Double, response: PointResponse) -> Move {
    .exponential(numbers, slope: slope, extrapolation: 0)
  }
}

extension Sampler.Scheme {
  /// The pull towards the drift point solved exactly, with that point frozen at the start of the step: first order.
  public static let exponential = Self(Exponential())
}
