import FeynmanKac

/// Makes noise processes of checked settings.
enum ProcessFactory {
  /// - Returns: nil where settings are missing because they were at fault, or where they contradict each other, which
  ///   `fault` then says.
  static func process(_ setting: Setting?, fault: (String, String) -> Void) -> (any NoiseProcess)? {
    guard let setting, let kind = setting["kind"]?.text else { return nil }
    switch kind {
    case "variance-exploding":
      guard let range = ascending("sigma_min", "sigma_max", in: setting, fault: fault) else { return nil }
      return VarianceExploding(sigmaMin: range.low, sigmaMax: range.high)
    case "karras":
      guard let rho = setting["rho"]?.number,
        let range = ascending("sigma_min", "sigma_max", in: setting, fault: fault)
      else { return nil }
      return Karras(sigmaMin: range.low, sigmaMax: range.high, rho: rho)
    case "flow-matching":
      return FlowMatching()
    default:
      guard let schedule = schedule(setting, fault: fault) else { return nil }
      return kind == "variance-preserving" ? VariancePreserving(schedule) : SubVariancePreserving(schedule)
    }
  }

  private static func schedule(_ setting: Setting, fault: (String, String) -> Void) -> SignalSchedule? {
    if setting["schedule"]?.text == "cosine" { return setting["offset"]?.number.map { .cosine(offset: $0) } }
    guard let range = ascending("beta_min", "beta_max", mayBeEqual: true, in: setting, fault: fault) else {
      return nil
    }
    return .linear(betaMin: range.low, betaMax: range.high)
  }

  private static func ascending(
    _ lowKey: String, _ highKey: String, mayBeEqual: Bool = false, in setting: Setting,
    fault: (String, String) -> Void
  ) -> (low: Double, high: Double)? {
    guard let low = setting[lowKey]?.number, let high = setting[highKey]?.number else { return nil }
    guard low < high || (mayBeEqual && low == high) else {
      fault(
        highKey, "found \(high) with \(lowKey) \(low); it must be \(mayBeEqual ? "at least that" : "larger")")
      return nil
    }
    return (low, high)
  }
}
