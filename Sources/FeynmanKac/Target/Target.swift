/// What to sample: `log p(x) = Σ aᵢ log qᵢ(x) + λ r(x) + const`.
///
/// Along the path every model is noised on its own and the composition is taken at each noise level, so exponents
/// and the reward's scale may move with the path.
public struct Target: Sendable {
  /// One model and its exponent.
  public struct Term: Sendable {
    /// How errors and the summary call the model. Terms of one name share one evaluation.
    public var name: String
    /// The pretrained model `qᵢ`.
    public var model: any ScoreModel
    /// The process that the model was trained under; nil for the sampler's.
    public var process: (any NoiseProcess)?
    /// `aᵢ`, of either sign.
    public var exponent: Schedule

    /// Values for all properties.
    public init(
      _ model: some ScoreModel, name: String, process: (any NoiseProcess)? = nil, exponent: Schedule
    ) {
      self.model = model
      self.name = name
      self.process = process
      self.exponent = exponent
    }
  }

  /// The models and their exponents, whose sum must stay above 0 along the path.
  public var terms: [Term]
  /// `r`, of the data; nil for none.
  public var reward: (any Reward)?
  /// `λ`, by default 1 along the whole path. At the state one that rises from 0 does less harm early.
  public var rewardScale: Schedule
  /// Where the reward is evaluated.
  public var rewardPoint = RewardPoint.ahead
  /// How the exponents come to their numbers; by default late wherever that can be and helps.
  public var path = ExponentPath.automatic
  /// What is done with a guided pair of terms beyond composing them; nil for nothing.
  public var guidance: Guidance?

  /// Nothing is checked before a plan or a run.
  public init(terms: [Term], reward: (any Reward)? = nil, rewardScale: Schedule = 1) {
    self.terms = terms
    self.reward = reward
    self.rewardScale = rewardScale
  }

  /// The first term of a name, as an error says it.
  func place(of name: String) -> String {
    "target.terms[\(terms.firstIndex { $0.name == name } ?? 0)]"
  }
}
