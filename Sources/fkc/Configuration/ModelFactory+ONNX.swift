import FeynmanKac
import ScoreNetworks

// Models in ONNX files.

extension ModelFactory {
  func onnx(_ setting: Setting) throws(Failure) -> Product? {
    guard let file = setting["file"]?.text, let prediction = try PredictionSetting.prediction(setting),
      let noiseInput = setting["noise_input"]?.text.flatMap(NoiseInput.init),
      let timesteps = setting["timesteps"]?.wholeNumber, let device = setting["device"]?.text
    else { return nil }
    let noiseLevels = try ExternalModelSchema.noiseLevels(setting)
    let (bytes, pinned) = try pinned(file, sha256: setting["sha256"]?.text)
    let parts = try Self.parts(of: bytes, file: file)
    let external = try externalFiles(of: parts.externalFiles, beside: file, stated: setting["pinned"])

    // Models that differ in their condition alone share their network.
    let settings =
      [.text(pinned.sha256), .list(external.sums.map { .text($0.sha256) })]
      + ["kind", "noise_input", "timesteps", "inputs", "output", "device"].map { setting[$0] }
    let network: any Network
    if let known = loaded.shared.first(where: { $0.settings == settings }) {
      network = known.network
    } else {
      do throws(OpenVINO.Unavailable) { try OpenVINO.load() } catch {
        throw Failure(key: "kind", problem: error.description, status: .unavailable)
      }
      let inputs = setting["inputs"]
      network = try read(
        parts, external.contents, file: file,
        names: ONNXNetwork.Names(
          states: inputs?["x"]?.text, noise: inputs?["noise"]?.text, condition: inputs?["condition"]?.text,
          output: setting["output"]?.text),
        noiseInput: noiseInput, timesteps: Int(clamping: timesteps), device: device)
      loaded.shared.append((settings, network))
    }
    return Product(
      model: try pretrained(network, setting, prediction: prediction, noiseLevels: noiseLevels), file: pinned,
      pinned: external.sums)
  }

  private static func parts(of bytes: [UInt8], file: String) throws(Failure) -> ONNXFile {
    do throws(ONNXNetworkError) { return try ONNXFile(bytes: bytes) } catch {
      throw Failure(key: error.setting, problem: "'\(file)': \(error.problem)")
    }
  }

  private func read(
    _ parts: ONNXFile, _ externalFiles: [String: [UInt8]], file: String, names: ONNXNetwork.Names,
    noiseInput: NoiseInput,
    timesteps: Int, device: String
  ) throws(Failure) -> ONNXNetwork {
    do throws(ONNXNetworkError) {
      return try ONNXNetwork(
        parts, externalFiles: externalFiles, names: names, noiseInput: noiseInput, timesteps: timesteps,
        device: device)
    } catch {
      switch error.kind {
      case .mismatch: throw Failure(key: error.setting, problem: error.problem)
      case .noDevice:
        throw Failure(key: "device", problem: "\(device): \(error.problem)", status: .unavailable)
      case .unreadable, .failed: throw Failure(key: "file", problem: "'\(file)': \(error.problem)")
      }
    }
  }
}
