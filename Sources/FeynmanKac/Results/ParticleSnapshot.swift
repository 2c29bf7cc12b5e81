/// A copy of the particles at some step, in `x` coordinates.
public struct ParticleSnapshot: Sendable {
  /// Row-major `[particles, dimensions]`.
  public let samples: [Float]
  /// Normalised over all islands, `[particles]`, in nats.
  public let logWeights: [Double]
}
