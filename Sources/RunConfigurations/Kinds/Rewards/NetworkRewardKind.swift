import FeynmanKac
import ScoreNetworks

enum NetworkRewardKind {
  private static let file = Key(
    ModelFiles.fileName, .path("the path of a safetensors file"), .required,
    "A safetensors file of architecture regression.")
  private static let sha256 = ModelFiles.sha256
  private static let output = OptionalKey(
    "output", .text("the name of an output"), "The output that is the reward.")
  private static let coefficients = OptionalKey(
    "coefficients", .list(.number(.any)), "What each output is multiplied by, in their order.")

  static let kind: RewardKind = .init(
    "network", "A number that a network reads from x.", keys: [file, sha256, output, coefficients],
    groups: [.init(required: [output]), .init(required: [coefficients])], needs: .blas
  ) { settings, factory throws(SettingFailure) in
    let path = try file.value(in: settings)
    let (bytes, pinned) = try factory.files.pinned(path, sha256: sha256.value(in: settings))
    let network: RegressionNetwork
    do {
      network = try RegressionNetwork(SafetensorsFile(bytes: bytes, file: pinned.path))
    } catch let error as FileError {
      throw ModelFactory.failure(path, error)
    } catch let error as BLAS.Unavailable {
      throw SettingFailure(key: Rewards.registry.key, problem: error.description, status: .unavailable)
    } catch {
      throw SettingFailure(key: file.name, problem: "'\(path)': \(error)")
    }
    let name = output.value(in: settings)
    let weights = name == nil ? try coefficients.required(in: settings) : []
    let reward = try ModelFactory.caught {
      if let name { return try NetworkReward(network, output: name) }
      return try NetworkReward(network, coefficients: weights)
    }
    return .init(reward, ModelFiles.resolved(settings, pinned), networkUse: .bare)
  }
}
