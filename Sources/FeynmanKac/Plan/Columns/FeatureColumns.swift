// What single features need of a thread's memory beside `BlockScratch`.

/// What a reward at the denoised point needs of a thread's memory.
struct DenoisedColumns {
  /// The denoised points, `[rows, d]`.
  let points: ScratchColumn<Float>
  /// What a finite difference asks about; nil for another jacobian.
  let displaced: Displaced?

  struct Displaced {
    /// `y + h g` and the composed scores there, `[rows, d]`.
    let states: ScratchColumn<Float>
    let scores: ScratchColumn<Float>
    /// `|∇r|` of each row, by which the difference is scaled, `[rows]`.
    let gradientNorms: ScratchColumn<Double>
  }

  init(_ plan: RunPlan, _ twist: PlannedTwist, _ table: ColumnTable) {
    let d = plan.dimensions
    points = table.step("denoised points", Float.self, width: d)
    displaced =
      twist.jacobian == .finiteDifference
      ? Displaced(
        states: table.step("displaced states", Float.self, width: d),
        scores: table.step("displaced scores", Float.self, width: d),
        gradientNorms: table.step("gradient norms", Double.self)) : nil
  }
}

/// What the reversal of a projected guidance needs of a thread's memory, `[rows, d]` each.
struct TurnedScores {
  /// `S` where the state's scores are those of the projected guidance.
  let plain: ScratchColumn<Float>
  /// How far these would be from it with an average at rest.
  let pull: ScratchColumn<Float>
  /// What the drift of the reversal has beyond that of `S`.
  let reversalPull: ScratchColumn<Float>

  init(_ plan: RunPlan, _ table: ColumnTable) {
    let d = plan.dimensions
    plain = table.step("plain scores", Float.self, width: d)
    pull = table.step("guidance's pull", Float.self, width: d)
    reversalPull = table.step("reversal's pull", Float.self, width: d)
  }
}

/// What a scheme that asks the models twice needs of a thread's memory, `[rows, d]` each.
struct SecondDriftColumns {
  /// Where the first part of the step has led, the scores there and the reward's gradient.
  let predicted: ScratchColumn<Float>
  let scores: ScratchColumn<Float>
  let gradients: ScratchColumn<Float>?
  /// Where the drift leads from there, and from the start.
  let driftedEnds: ScratchColumn<Float>
  let driftedStarts: ScratchColumn<Float>

  init(_ plan: RunPlan, _ table: ColumnTable) {
    let d = plan.dimensions
    predicted = table.step("predicted states", Float.self, width: d)
    scores = table.step("predicted scores", Float.self, width: d)
    gradients = table.step("predicted gradients", Float.self, width: d, if: plan.needs.contains(.gradients))
    driftedEnds = table.step("drifted ends", Float.self, width: d)
    driftedStarts = table.step("drifted starts", Float.self, width: d)
  }
}

/// What probes need of a thread's memory.
struct ProbeColumns {
  /// `y + h e`, `[rows, d]`.
  let states: ScratchColumn<Float>
  /// `div (sᵢ − s_g)` at the states, `[terms][rows]`; nothing of terms that are not carried.
  let divergences: [ScratchColumn<Double>]

  init(_ plan: RunPlan, _ table: ColumnTable) {
    states = table.step("probed states", Float.self, width: plan.dimensions)
    divergences = plan.terms.enumerated().map { index, term in
      table.step("new divergences of term \(index)", Double.self, width: term.isCarried ? 1 : 0)
    }
  }
}
