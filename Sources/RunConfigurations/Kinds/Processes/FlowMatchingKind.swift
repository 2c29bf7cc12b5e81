import FeynmanKac

enum FlowMatchingKind {
  static let kind: ProcessKind = .init(
    "flow-matching", "α = 1 − t and σ = t.", keys: [ProcessKeys.timeZero]
  ) { settings, _ throws(SettingFailure) in
    .init(FlowMatching(timeZero: ProcessKeys.timeZero.value(in: settings) ?? .data))
  }
}
