import FeynmanKac
import ScoreNetworks

/// Rewards in ONNX files.
enum ONNXRewardKind {
  private static let output = OptionalKey(
    "output", .text("the name of an output"), "The output that is the reward, where there are several.")
  private static let gradient = OptionalKey(
    "gradient", .text("the name of an output"),
    "The output that is the reward's gradient, which then also steers the particles.")

  static let kind: RewardKind = .init(
    "onnx", "A number that an ONNX file gives for x.",
    keys: [ONNXKeys.file, ModelFiles.sha256, ModelFiles.pinned, output, gradient, ONNXKeys.device],
    needs: .openVINO
  ) { settings, factory throws(SettingFailure) in
    let parts = try ONNXKeys.parts(settings, factory.files)
    let reward = try ONNXKeys.made(of: parts, settings, key: Rewards.registry.key, setting: { $0 }) {
      device throws(ONNXNetworkError) in
      try ONNXReward(
        parts.file, externalFiles: parts.external, output: output.value(in: settings),
        gradient: gradient.value(in: settings), device: device)
    }
    if let warning = reward.reproducibilityWarning { factory.notes.unreproducible.append(warning) }
    let resolved = ModelFiles.resolved(settings, parts.pinned).resolved(pinned: parts.sums)
    return .init(reward, resolved, networkUse: .bare)
  }
}
