import FeynmanKac

enum FlowMatchingKind {
  static let kind: ProcessKind = .init("flow-matching", "α = 1 − t and σ = t.") {
    _, _ throws(SettingFailure) in
    FlowMatching()
  }
}
