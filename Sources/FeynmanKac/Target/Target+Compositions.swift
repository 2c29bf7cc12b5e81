// The compositions that have a name, and the operators that spell any other.

extension Target {
  /// `q^β`: colder for `β > 1`, hotter for `β < 1`.
  public static func annealed(
    _ model: some ScoreModel, name: String = "model", inverseTemperature: Schedule
  ) -> Target {
    Target(terms: [Term(model, name: name, exponent: inverseTemperature)])
  }

  /// `Π qᵢ^βᵢ` of terms made with `model.raised(to:)`.
  public static func product(_ terms: [Term]) -> Target { Target(terms: terms) }

  /// `q_u^(1−w) q_c^w`: classifier-free guidance as a geometric average.
  ///
  /// - Parameters:
  ///   - scale: `w`, no unit.
  ///   - projection: How the proposal changes the difference between the branches; not with `feynman-kac`.
  ///   - alignmentThreshold: The mean cosine of both branches' scores, from 0 to 1, above which the unconditional one is
  ///     asked no more.
  public static func guided(
    unconditional: some ScoreModel, conditional: some ScoreModel, scale: Schedule,
    projection: GuidanceProjection? = nil, alignmentThreshold: Double? = nil
  ) -> Target {
    var target = Target(terms: [
      Term(
        unconditional, name: "unconditional", exponent: Schedule(from: 1 - scale.from, to: 1 - scale.to)),
      Term(conditional, name: "conditional", exponent: scale),
    ])
    target.guidance = Guidance(
      unconditional: "unconditional", conditional: "conditional", scale: scale, projection: projection,
      alignmentThreshold: alignmentThreshold)
    return target
  }

  /// The same composition tilted by `e^(λ r)`.
  ///
  /// - Parameters:
  ///   - reward: `r`, of the data.
  ///   - point: Where along the path it is evaluated; the target is the same.
  ///   - scale: `λ`; nil for from 0 to 1 at the state, and for 1 elsewhere.
  public func tilted(
    by reward: some Reward, at point: RewardPoint = .ahead, scale: Schedule? = nil
  ) -> Target {
    var tilted = self
    tilted.reward = reward
    tilted.rewardPoint = point
    tilted.rewardScale = scale ?? (point.isDenoised ? 1 : Schedule(from: 0, to: 1))
    return tilted
  }

  /// The product of two compositions; at most one of them carries a reward.
  public static func + (left: Target, right: Target) -> Target {
    precondition(left.reward == nil || right.reward == nil, "add the rewards first and tilt the sum once")
    precondition(left.guidance == nil || right.guidance == nil, "one guided pair a target")
    var sum = left.reward == nil ? right : left
    sum.terms = left.terms
    sum.guidance = left.guidance ?? right.guidance
    // Terms made by operators are named by their place, so that errors can tell them apart.
    for var term in right.terms {
      if sum.terms.contains(where: { $0.name == term.name }) {
        let name = "model \(sum.terms.count + 1)"
        if right.guidance?.unconditional == term.name { sum.guidance?.unconditional = name }
        if right.guidance?.conditional == term.name { sum.guidance?.conditional = name }
        term.name = name
      }
      sum.terms.append(term)
    }
    return sum
  }
}

/// `a · log q` as a target of one term: `0.5 * a + 1.5 * b`.
public func * (exponent: Double, model: some ScoreModel) -> Target {
  Target(terms: [model.raised(to: .constant(exponent))])
}

extension ScoreModel {
  /// This model as a term of a target.
  ///
  /// - Parameters:
  ///   - exponent: `a`, constant or moving along the path.
  ///   - name: How errors and the summary call the model. Terms of one name share one evaluation.
  ///   - process: The process that the model was trained under; nil for the sampler's.
  public func raised(
    to exponent: Schedule, name: String = "model 1", process: (any NoiseProcess)? = nil
  ) -> Target.Term {
    Target.Term(self, name: name, process: process, exponent: exponent)
  }
}
