import FeynmanKac

/// Makes rewards of checked settings.
enum RewardFactory {
  /// The reward, whose settings are sound; nil where some were at fault.
  static func reward(_ setting: Setting) throws(ModelFactory.Failure) -> (any Reward)? {
    if setting["kind"]?.text == "linear" {
      return setting["coefficients"]?.numbers.map { LinearReward(coefficients: $0) }
    }
    guard let center = setting["center"]?.numbers, let precision = setting["precision"] else { return nil }
    let precisions = precision.number.map { Array(repeating: $0, count: center.count) } ?? precision.numbers!
    guard precisions.count == center.count else {
      throw ModelFactory.Failure(
        key: "precision",
        problem: "has length \(precisions.count); center has length \(center.count), give a number or as many"
      )
    }
    return QuadraticReward(center: center, precision: precisions)
  }
}
