/// Whether a run is one of two that share their noise.
enum RunRole: Sendable {
  case alone
  /// Keeps its normals for the coarser one.
  case finer
  /// Has every second level of the finer one.
  case coarser
}
