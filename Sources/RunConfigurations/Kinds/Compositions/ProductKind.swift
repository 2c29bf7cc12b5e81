import FeynmanKac

enum ProductKind {
  static let kind: CompositionKind = .init(
    "product", "Π qᵢ^βᵢ, by the models' names.", .named("exponents", .schedule(.any))
  ) { exponents throws(SettingFailure) in
    Composition(parts: exponents.map { .init(model: $0.name, exponent: $0.value, place: $0.name) })
  }
}
