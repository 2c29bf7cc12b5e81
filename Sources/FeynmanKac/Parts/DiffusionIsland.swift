/// What a diffusion knows of an island: what parts measure on it.
struct DiffusionIsland {
  var response = PointResponse()
  var alignment = ScoreAlignment.Island()
  /// The most that the reward's curvature has taken of a step's noise variance so far, no unit.
  var stiffness = 0.0
  /// How many of its particles were dropped, the share of its weight that they had, and whose answers failed.
  var dropped = 0
  var lostShare = 0.0
  var failedSource: UInt8 = 0
  /// The logarithm of the sum of all its weights after the last step.
  var logSum = 0.0
}
