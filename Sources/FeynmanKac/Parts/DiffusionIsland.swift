/// What a diffusion knows of an island: what parts measure on it.
struct DiffusionIsland {
  var response = PointResponse()
  var alignment = ScoreAlignment.Island()
}
