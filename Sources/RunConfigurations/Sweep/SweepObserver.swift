import FeynmanKac

/// What is shown of a sweep while it runs.
package protocol SweepObserver: AnyObject {
  /// - Parameter index: The place of the cell, from 0.
  func willStart(_ index: Int, _ folder: String)
  /// - Parameter index: The place of a cell that another sweep is at, from 0.
  func willWait(_ index: Int, _ folder: String)
  /// - Parameters:
  ///   - work: Rows that the cell's models are asked for.
  ///   - didRun: False for a cell that failed or was there, whose time says nothing of the others'.
  func didEnd(work: Int, didRun: Bool)
  /// What sees the steps of one cell.
  func observer(particles: Int) -> any RunObserver
}
