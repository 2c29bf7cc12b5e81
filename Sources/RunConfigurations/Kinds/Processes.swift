import FeynmanKac

typealias ProcessKind = Kind<HostFunctions, any NoiseProcess>

/// The noise processes. A new one is a file in the library, with its description, and a line here.
enum Processes {
  static let registry = Registry<HostFunctions, any NoiseProcess>(
    summary: "The noise process.",
    kinds: [
      .init(VarianceExploding.kind),
      VariancePreservingKinds.variancePreserving,
      VariancePreservingKinds.subVariancePreserving,
      .init(Karras.kind),
      .init(FlowMatching.kind),
      FunctionProcessKind.kind,
    ])
}
