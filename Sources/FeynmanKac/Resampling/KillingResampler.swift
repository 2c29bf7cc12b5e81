/// Stub for the build; see the other resamplers.
public struct KillingResampler: Resampler {
  public init() {}
  public func fillAncestors(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights,
    workspace: inout ResamplingWorkspace, using generator: inout some RandomNumberGenerator
  ) {}
}
