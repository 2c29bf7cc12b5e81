import FeynmanKac

// A kind that the library describes where its type is, which is made of numbers alone.

extension Kind {
  /// - Parameter finish: Makes what the registry is of, of the thing and the settings that it was made of.
  init<Described>(
    _ described: KindDescription<Described>, finish: @escaping @Sendable (Described, Setting) -> Made
  ) {
    let keys = described.parameters.map(ParameterKey.init)
    self.init(described.name, described.summary, keys: keys) { settings, _ throws(SettingFailure) in
      var numbers: [String: [Double]] = [:]
      for key in keys { numbers[key.parameter] = try key.numbers(settings) }
      do { return finish(try described.make(ParameterValues(numbers)), settings) } catch {
        guard let error = error as? SetupError else { throw SettingFailure(key: "", problem: "\(error)") }
        let words = LibraryWords(of: RecordShape(keys: keys))
        throw SettingFailure(key: words.key(of: error.setting), problem: words.translated(error.problem))
      }
    }
  }

  init(_ described: KindDescription<Made>) { self.init(described) { made, _ in made } }
}

extension Kind where Made == RewardFactory.Product {
  init(_ described: KindDescription<any Reward>) { self.init(described) { .init($0, $1) } }
}

/// The key of a parameter.
private struct ParameterKey: AnyKey {
  let field: SettingField
  /// The parameter's name.
  let parameter: String
  /// The numbers at the key, one where it is no list.
  let numbers: @Sendable (Setting) throws(SettingFailure) -> [Double]

  init(_ parameter: any AnyParameter) {
    self.parameter = parameter.name
    let name = Self.spelt(parameter.name)
    let number = TypedShape<Double>.number(parameter.range)
    if parameter.isList {
      let key = Key(name, .list(number), .required, parameter.summary)
      field = key.field
      numbers = { settings throws(SettingFailure) in try key.value(in: settings) }
    } else {
      let presence = parameter.standard.map { Key<Double>.Presence.byDefault($0) } ?? .required
      let key = Key(name, number, presence, parameter.summary)
      field = key.field
      numbers = { settings throws(SettingFailure) in [try key.value(in: settings)] }
    }
  }

  /// `sigma_min` for `sigmaMin`.
  private static func spelt(_ property: String) -> String {
    property.reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : "\($1)" }
  }
}
