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
}
