import FeynmanKac

/// A run that came to its end.
package struct FinishedRun {
  /// What its folder holds, or would hold.
  package let files: RunFiles
  /// Everything that there is to warn of.
  package let warnings: [RunWarning]
  /// The trajectory of a run that has no folder; nil where it is in its folder, or was not asked for.
  package var trajectory: TrajectoryArrays?
}
