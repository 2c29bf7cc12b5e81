import FeynmanKac
import ScoreNetworks

extension PretrainedModel {
  /// A network under the settings that every kind of network has.
  init(
    _ network: any Network, _ settings: Setting, prediction: Prediction, noiseLevels: ClosedRange<Double>?
  ) throws(SettingFailure) {
    do throws(SetupError) {
      try self.init(
        network, prediction: prediction, condition: ModelKeys.condition.value(in: settings) ?? .none,
        noiseLevels: noiseLevels, dataStandardDeviation: ModelKeys.dataStandardDeviation.value(in: settings),
        atoms: ModelKeys.atoms.value(in: settings))
    } catch {
      throw ModelFactory.failure(error)
    }
  }
}
