/// Memory that a resampler reuses from call to call.
public struct ResamplingWorkspace {
  public init() {}
}
