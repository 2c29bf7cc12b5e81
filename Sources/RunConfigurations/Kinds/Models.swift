import FeynmanKac
import ScoreNetworks

typealias ModelKind = Kind<ModelFactory, ModelFactory.Product>

/// The kinds of models. A new one is a file in `Models` and a line here; a new architecture of network files is a line in
/// `NetworkArchitecture.all`.
enum Models {
  static let registry = Registry<ModelFactory, ModelFactory.Product>(
    summary: "The kind of model.",
    kinds: [GaussianKind.kind, GaussianMixtureKind.kind]
      + NetworkArchitecture.all.map(NetworkFileKind.kind)
      + [ProgramKind.kind, ONNXKind.kind, FunctionKind.kind])

  /// A model of any kind, with the keys that all have.
  static let record = RecordShape(
    keys: [ModelKeys.process, ModelKeys.dataStandardDeviation, ModelKeys.atoms, ModelKeys.condition],
    tag: registry.tag)
}

/// The keys of every model.
enum ModelKeys {
  static let process = OptionalKey(
    "process", .record(Processes.registry.record), "The process that the model was trained under, if another."
  )
  static let dataStandardDeviation = OptionalKey(
    "data_standard_deviation", .number(.positive), "The data's standard deviation per dimension.")
  static let atoms = OptionalKey(
    "atoms", .count(2...0x7FFF_FFFF),
    "Rows are this many atoms in three dimensions, without their centre of mass.", property: "model.atoms")
  static let condition = OptionalKey(
    "condition", .networkCondition,
    "What a conditional network is asked for: a class, or a list of numbers; left out, the null condition.")
}

extension TypedShape where Value == Condition {
  /// A class, or numbers.
  fileprivate static var networkCondition: Self {
    Self(
      .either([.wholeNumber(0...0x7FFF_FFFF), .list(.number(.any))]),
      read: { setting in
        setting.wholeNumber.map { .label(Int(clamping: $0)) }
          ?? setting.numbers.map { .vector($0.map { Float($0) }) }
      },
      write: { condition in
        switch condition {
        case .none: .list([])
        case .label(let label): .wholeNumber(UInt64(clamping: label))
        case .vector(let values): .list(values.map { .number(Double($0)) })
        }
      })
  }
}
