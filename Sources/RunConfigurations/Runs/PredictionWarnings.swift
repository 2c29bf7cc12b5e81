import FeynmanKac
import ScoreNetworks

/// Whether networks predict what the config says, by one batch each before the run; `model_evaluations` does not count it.
package enum PredictionWarnings {
  /// - Parameter asksPrograms: False where nothing is to be asked of a program of the user's own.
  package static func of(
    _ configuration: RunConfiguration, _ plan: Sampler.Plan, asksPrograms: Bool
  ) -> [RunWarning] {
    let used = Set(plan.modelEvaluations.map(\.model))
    return configuration.models.compactMap { name, model, process in
      guard used.contains(name), let model = model as? PretrainedModel,
        asksPrograms || !(model.network is ProgramNetwork)
      else { return nil }
      let point = process.point(atNoiseLevel: plan.noiseLevels[0])
      // A network that fails here fails at the run's first step, which says where and why.
      guard let check = try? model.predictionCheck(at: point),
        let problem = check.problem(
          of: name, stated: model.prediction, time: process.time(atNoiseLevel: plan.noiseLevels[0]))
      else { return nil }
      return RunWarning(.prediction, problem, isDoubt: true)
    }
  }
}
