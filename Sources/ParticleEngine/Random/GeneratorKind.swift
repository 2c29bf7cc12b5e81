/// The source of random numbers.
public enum GeneratorKind: Sendable, Equatable {
  /// Counter-based Philox4x32-10: a stream for every block, step and draw.
  case philox
  /// Any generator of GSL, by its name there; one sequential stream a block.
  case gsl(String)

  /// Numbers come one after the other, and not by counters.
  package var isSequential: Bool { self != .philox && self != .gsl("philox") }
}
