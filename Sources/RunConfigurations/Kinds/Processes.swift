import FeynmanKac

typealias ProcessKind = Kind<ModelFactory, ProcessProduct>

/// The noise processes. A new one is a file in the library, with its description, and a line here.
enum Processes {
  static let registry = Registry<ModelFactory, ProcessProduct>(
    summary: "The noise process.",
    kinds: [
      .init(VarianceExploding.kind),
      VariancePreservingKinds.variancePreserving,
      VariancePreservingKinds.subVariancePreserving,
      .init(Karras.kind),
      FlowMatchingKind.kind,
      TabulatedKinds.ddpm,
      TabulatedKinds.tabulated,
      FunctionProcessKind.kind,
    ])
}

/// Keys that several processes have.
enum ProcessKeys {
  static let timeZero = OptionalKey<TimeZero>(
    "time_zero", .choice,
    "What t = 0 is to models: the data, as everywhere else, or the noise; a table begins there too.")
}

/// A process of checked settings, and the file that its table came from.
struct ProcessProduct {
  let process: any NoiseProcess
  let file: ModelFactory.PinnedFile?

  init(_ process: any NoiseProcess, file: ModelFactory.PinnedFile? = nil) {
    self.process = process
    self.file = file
  }
}

extension Kind where Made == ProcessProduct {
  init(_ described: KindDescription<any NoiseProcess>) {
    self.init(described) { process, _ in .init(process) }
  }
}
