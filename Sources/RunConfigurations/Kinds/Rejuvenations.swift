import FeynmanKac

/// The kernels of rejuvenation. A new one is a file in the library, with its description, and a line here.
enum Rejuvenations {
  static let registry = Registry<Void, Sampler.Rejuvenation>(
    summary: "How particles move.",
    kinds: [
      .init(Sampler.Rejuvenation.langevinKind),
      .init(Sampler.Rejuvenation.metropolisKind),
    ])

  static let moves = Key(
    "moves", .count(1...1000), .byDefault(1),
    "Moves of each particle at a level; each asks the models once.")
  static let every = Key("every", .count(1...10_000_000), .byDefault(1), "At every so-many-th level.")
}

extension TypedShape where Value == Sampler.Rejuvenation {
  /// A kernel with how often it is used.
  static var rejuvenation: Self {
    Self(
      .record(
        RecordShape(keys: [Rejuvenations.moves, Rejuvenations.every], tag: Rejuvenations.registry.tag)),
      words: {
        Rejuvenations.registry.names.map {
          SwiftWord(word: "kind: \($0)", swift: ".\($0)()")
        }
      },
      read: { setting in
        guard var made = try? Rejuvenations.registry.make(setting),
          let moves = try? Rejuvenations.moves.value(in: setting),
          let every = try? Rejuvenations.every.value(in: setting)
        else { return nil }
        made.moves = moves
        made.every = every
        return made
      },
      // There is none by default.
      write: { .mapping([.init(key: Rejuvenations.registry.key, value: .text($0.description))]) })
  }
}
