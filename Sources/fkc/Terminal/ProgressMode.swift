import ArgumentParser

/// What standard error shows of a run.
enum ProgressMode: String, ExpressibleByArgument, CaseIterable {
  /// A bar on a terminal, a line every few seconds elsewhere.
  case auto
  /// A line every few seconds.
  case plain
  case none
}
