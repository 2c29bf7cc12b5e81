import FeynmanKac

/// What rewards are made from beside their own settings, and what comes of it.
struct RewardFactory {
  /// A reward, and the settings that make it again wherever the config stands.
  struct Product {
    let reward: any Reward
    let setting: Setting
    let networkUse: NetworkUse

    init(_ reward: any Reward, _ setting: Setting, networkUse: NetworkUse = .none) {
      self.reward = reward
      self.setting = setting
      self.networkUse = networkUse
    }
  }

  /// Whether a reward asks a network.
  enum NetworkUse: Int, Comparable {
    case none
    /// Within a reward that does not grow with the network's output.
    case guarded
    /// The reward grows with the network's output, without an end.
    case bare

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    static func most(of parts: [Product]) -> NetworkUse { parts.map(\.networkUse).max() ?? .none }

    /// The use of a reward that has this one inside a function with an upper end.
    var guarded: NetworkUse { min(self, .guarded) }
  }

  /// What is found out about rewards on the way, one inside another.
  final class Notes {
    /// What only a run can tell, in sentences.
    var unchecked: [String] = []
    /// Why the same seed may not give the same bytes, in sentences without their full stop.
    var unreproducible: [String] = []
  }

  /// Reads files.
  let files: ModelFactory
  let notes = Notes()
  /// `d` of the models; nil where they are at fault.
  let dimensions: Int?

  func product(_ setting: Setting) throws(SettingFailure) -> Product {
    try Rewards.registry.make(setting, in: self)
  }

  func dimensionsOfModels() throws(SettingFailure) -> Int {
    guard let dimensions else {
      throw SettingFailure(
        key: "", problem: "no model says how many dimensions there are", isConsequence: true)
    }
    return dimensions
  }

  /// A reward inside another; its faults are named by where it stands.
  func part(_ setting: Setting, at place: String) throws(SettingFailure) -> Product {
    do throws(SettingFailure) { return try product(setting) } catch { throw error.below(place) }
  }

  /// Rewards in a list inside another.
  func parts(_ settings: [Setting], at place: String) throws(SettingFailure) -> [Product] {
    var parts: [Product] = []
    for (index, setting) in settings.enumerated() {
      parts.append(try part(setting, at: "\(place).\(index)"))
    }
    return parts
  }

  // MARK: - Advice

  /// Sentences on what is likely to go wrong with a reward that can be made.
  static func warnings(_ product: Product) -> [String] {
    var warnings: [String] = []
    if product.networkUse == .bare {
      warnings.append(
        "e^r of a network's output also rewards what the network was never trained on; "
          + "put it into near or log_sigmoid")
    }
    if product.networkUse != .none, RewardKeys.isAtState(product.setting) {
      warnings.append("the network will be asked about noisy states; use at: ahead")
    }
    return warnings
  }
}
