/// What a diffusion knows of an island: the step that it is making, and what parts measure on it.
struct DiffusionIsland {
  var step: IslandStep
  var response = PointResponse()
  var alignment = ScoreAlignment.Island()
  /// How its normals are kept for the coarser of two coupled runs.
  var coupling = NoiseCoupling()
}
