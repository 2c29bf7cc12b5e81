import FeynmanKac

/// How many islands there are, and whether whole ones are resampled.
struct IslandSetting {
  var count: Int
  var exchange: Sampler.IslandExchange?
}

/// The keys of `islands` where it is a mapping.
enum IslandKeys {
  static let count = Key("count", .count(1...1_000_000), .required, "How many there are.", property: "")
  static let threshold = Key(
    "ess_threshold", .number(.fraction), .byDefault(Sampler.IslandExchange().threshold),
    "Exchange islands where their effective number falls below so many times their number.",
    property: "threshold")
  static let exchange = OptionalKey(
    "exchange", .record(RecordShape(keys: [threshold])),
    "Whole islands are resampled by their Ẑ, from 8 islands on: those with little are replaced by copies of those with much.",
    property: "islandExchange")
}

extension TypedShape where Value == IslandSetting {
  static var islands: Self {
    let number = TypedShape<Int>.count(1...1_000_000)
    return Self(
      .either([number.shape, .record(RecordShape(keys: [IslandKeys.count, IslandKeys.exchange]))]),
      read: { setting in
        if let count = number.read(setting) { return IslandSetting(count: count) }
        guard let count = setting[IslandKeys.count].flatMap(number.read) else { return nil }
        let exchange = IslandKeys.exchange.value(in: setting).map { section in
          section[IslandKeys.threshold]?.number.map { Sampler.IslandExchange(threshold: $0) }
            ?? Sampler.IslandExchange()
        }
        return IslandSetting(count: count, exchange: exchange)
      },
      write: { number.write($0.count) })
  }
}
