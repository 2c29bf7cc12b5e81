import FeynmanKac

/// A resampler that is a function of the program which runs the config, before it is known.
struct NamedResampler: Resampler {
  let function: String
  var name: String { function }

  /// Never asked: a config is not made without its functions.
  func fillAncestors(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights,
    workspace: inout ResamplingWorkspace, using generator: inout some RandomNumberGenerator
  ) {
    preconditionFailure("the resampler '\(function)' was not given")
  }
}
