import FeynmanKac

typealias ProcessKind = Kind<Void, any NoiseProcess>

/// The noise processes. A new one is a file in `Processes` and a line here.
enum Processes {
  static let registry = Registry<Void, any NoiseProcess>(
    summary: "The noise process.",
    kinds: [
      VarianceExplodingKind.kind,
      VariancePreservingKinds.variancePreserving,
      VariancePreservingKinds.subVariancePreserving,
      KarrasKind.kind,
      FlowMatchingKind.kind,
    ])
}

extension Setting {
  /// The values of two keys of which the second must be larger.
  func ascending(
    _ low: Key<Double>, _ high: Key<Double>, mayBeEqual: Bool = false
  ) throws(SettingFailure) -> (low: Double, high: Double) {
    let range = (low: try low.value(in: self), high: try high.value(in: self))
    guard range.low < range.high || (mayBeEqual && range.low == range.high) else {
      throw SettingFailure(
        key: high.name,
        problem: "found \(range.high) with \(low.name) \(range.low); "
          + "it must be \(mayBeEqual ? "at least that" : "larger")")
    }
    return range
  }
}
