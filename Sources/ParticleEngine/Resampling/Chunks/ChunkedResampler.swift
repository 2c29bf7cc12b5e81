/// A resampler that works on chunks of particles at once, on several threads.
///
/// A refinement that nobody has to make: the engine runs a plain ``Resampler`` on one thread for each island. One that
/// does is used with counter-based random numbers; its `fillAncestors` remains for sequential generators. Both keep
/// the laws of ``Resampler``, and the children depend on the numbers alone and never on the threads.
public protocol ChunkedResampler: Resampler {
  /// Writes the number of children of each particle; they sum to the number of particles.
  ///
  /// - Parameters:
  ///   - counts: Numbers of children, as many as particles; to be written.
  ///   - weights: The weights, as many.
  ///   - chunks: The chunks, their threads and their memory.
  ///   - numbers: Random words, a stream for every use and place.
  func fillOffspring(
    _ counts: UnsafeMutableBufferPointer<Int32>, of weights: NormalizedWeights, in chunks: ResamplingChunks,
    numbers: ResamplingNumbers)
}
