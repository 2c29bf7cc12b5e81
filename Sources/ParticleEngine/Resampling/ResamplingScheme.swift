/// The resamplers by their names in a config.
public enum ResamplingScheme: String, Sendable, CaseIterable {
  case multinomial, residual, stratified, systematic, ssp, killing, metropolis
  case birthDeath = "birth-death"

  /// The rule, with its default parameters.
  public var resampler: any Resampler {
    switch self {
    case .multinomial: MultinomialResampler()
    case .residual: ResidualResampler()
    case .stratified: StratifiedResampler()
    case .systematic: SystematicResampler()
    case .ssp: SSPResampler()
    case .killing: KillingResampler()
    case .metropolis: MetropolisResampler()
    case .birthDeath: BirthDeathResampler()
    }
  }

  /// What a config calls a rule; the type's name where it is none of these.
  package static func name(of resampler: any Resampler) -> String {
    allCases.first { type(of: $0.resampler) == type(of: resampler) }?.rawValue ?? "\(type(of: resampler))"
  }
}
