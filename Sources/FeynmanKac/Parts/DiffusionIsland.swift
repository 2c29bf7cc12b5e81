/// What a diffusion knows of an island: what parts measure on it.
struct DiffusionIsland {
  var response = PointResponse()
  var alignment = ScoreAlignment.Island()
  /// The most that the reward's curvature has taken of a step's noise variance so far, no unit.
  var stiffness = 0.0
}
