/// The exponential step with its drift point extrapolated to the middle of the step, from the point of the step before.
struct ExponentialMultistep: Scheme {
  let name = "exponential-multistep"
  let summary =
    "The pull towards the denoised point solved exactly and extrapolated: second order, one evaluation a step."
  let order = 2
  let hasReversal = true
  let needs: Needs = [.history, .response]

  func move(_ numbers: StepNumbers, slope: Double, response: PointResponse) -> Move {
    let history = numbers.previousLength.map { 0.5 * numbers.length / $0 } ?? 0
    return .exponential(
      numbers, slope: slope, extrapolation: history, response: response.current, nextResponse: response.next)
  }
}

extension Sampler.Scheme {
  /// The pull towards the drift point solved exactly, that point extrapolated to the middle of the step: second order.
  public static let exponentialMultistep = Self(ExponentialMultistep())
}
