import FeynmanKac

extension RunConfiguration {
  /// A model of the config with its own process.
  package typealias NamedModel = (name: String, model: any ScoreModel, process: any NoiseProcess)

  /// A model by its name.
  ///
  /// - Throws: `CommandFailure`, usage, for a name that no model has.
  package func model(called name: String) throws -> NamedModel {
    if let chosen = models.first(where: { $0.name == name }) { return chosen }
    let names = models.map(\.name)
    let advice = NearestSpelling.advice(
      for: name, among: names, otherwise: "the models are \(names.joined(separator: ", "))")
    throw CommandFailure(.usage, "--model: no model is called '\(name)' in \(file); \(advice)")
  }

  /// The noise levels of a model's own process between the times at which the config's path ends and starts.
  ///
  /// - Parameter time: `t` in place of that at which the path ends.
  /// - Throws: `CommandFailure`, bad data, where the path does not rise.
  package func noiseLevels(of model: NamedModel, from time: Double?) throws -> ClosedRange<Double> {
    var low = model.process.noiseLevel(at: time ?? sampler.endTime)
    var high = model.process.noiseLevel(at: sampler.startTime)
    if low <= 0 { low = sampler.minimumNoiseLevel }
    if !high.isFinite { high = sampler.maximumNoiseLevel }
    guard low > 0, low < high else {
      throw CommandFailure(
        .badData, "the path of model '\(model.name)' in \(file) would run from noise level \(low) to \(high)")
    }
    return low...high
  }
}
