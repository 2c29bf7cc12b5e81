extension Target {
  /// What is done with a pair of guided branches beyond composing them.
  public struct Guidance: Sendable {
    /// The name of the unconditional term.
    public var unconditional: String
    /// The name of the conditional term.
    public var conditional: String
    /// `w` of `q_u^(1−w) q_c^w`.
    public var scale: Schedule
    /// How the proposal changes the difference between the branches; nil for not at all.
    public var projection: GuidanceProjection?
    /// Once the mean over an island's particles of the cosine between the branches' scores rises above it, that island
    /// takes the unconditional branch for equal to the conditional one and asks it no more; nil for never.
    ///
    /// In pure noise the cosine is near 1 too, as both branches name that noise; what counts is that it comes back from
    /// below the threshold, by more than four standard errors. A bare threshold would, with a start at high noise, end
    /// guidance before it began.
    ///
    /// An approximation under every correction: from then on the pair counts as `q_c`. Its bias vanishes as the
    /// threshold goes to 1, where nothing is left out.
    ///
    /// - Source: Castillo et al. 2023, *Adaptive Guidance: Training-free Acceleration of Conditional Diffusion Models*.
    public var alignmentThreshold: Double?

    /// Values for all properties. Nothing is checked before a plan or a run.
    public init(
      unconditional: String, conditional: String, scale: Schedule, projection: GuidanceProjection? = nil,
      alignmentThreshold: Double? = nil
    ) {
      self.unconditional = unconditional
      self.conditional = conditional
      self.scale = scale
      self.projection = projection
      self.alignmentThreshold = alignmentThreshold
    }
  }
}
