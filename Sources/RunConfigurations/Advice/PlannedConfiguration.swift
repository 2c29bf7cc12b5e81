import FeynmanKac

/// A config and its plan, as rules of advice look at them.
struct PlannedConfiguration {
  let configuration: RunConfiguration
  let plan: Sampler.Plan

  var sampler: Sampler { configuration.sampler }
  /// Particles of one island, which are resampled among themselves.
  var islandParticles: Int { configuration.particles / configuration.islands }
  var models: [any ScoreModel] { sampler.target.terms.map(\.model) }
  /// Whether every model knows its log density.
  var knowsDensities: Bool { models.allSatisfy(\.hasLogDensity) }
  var hasWeights: Bool { sampler.correction != .none }
  /// The sum of the exponents' sizes at the end of the path.
  var exponentSize: Double { sampler.target.terms.reduce(0) { $0 + abs($1.exponent.to) } }
}
