/// A config that runs as it is, with comments, to begin from.
package enum ConfigurationTemplate: String, CaseIterable, Sendable {
  case annealed, product, guided, reward

  /// What it samples, in a few words.
  package var summary: String {
    switch self {
    case .annealed: "a colder model, q to the power β"
    case .product: "the product of two models"
    case .guided: "classifier-free guidance, corrected"
    case .reward: "a model tilted by a reward"
    }
  }

  /// The text of the config.
  package var text: String { "\(head)\n\(models)\(target)\(Self.rest)" }

  private var head: String {
    """
    # \(summary): fkc check \(rawValue).yaml shows the plan, fkc run \(rawValue).yaml samples it.
    # Every key: fkc schema --format markdown.
    seed: 1                    # the same seed gives the same bytes
    particles: 10000           # more: smaller errors; memory is a few hundred bytes a particle at d = 2
    process: {kind: variance-exploding, sigma_min: 0.01, sigma_max: 20}   # the noise that the models were trained under
    """
  }

  private static let network = """
      # A network of your own in place of one of these: its file, or a program that answers.
      # q: {kind: mlp, file: q.safetensors, prediction: epsilon}
      # q: {kind: program, command: [python3, model.py], dimensions: 2, prediction: epsilon}

    """

  private var models: String {
    let lines =
      switch self {
      case .annealed, .reward:
        "  q: {kind: gaussian-mixture, means: [[-3, 0], [2, 1]], weights: [0.3, 0.7], standard_deviations: 0.8}\n"
      case .product:
        """
          q1: {kind: gaussian-mixture, means: [[-2, 0], [2, 0]], weights: [0.5, 0.5], standard_deviations: 0.8}
          q2: {kind: gaussian, mean: [1, 1], standard_deviation: 1.5}

        """
      case .guided:
        """
          unconditional: {kind: gaussian-mixture, means: [[-2, 0], [2, 0]], weights: [0.5, 0.5], standard_deviations: 0.8}
          conditional: {kind: gaussian, mean: [2, 0], standard_deviation: 0.8}

        """
      }
    return "models:\n\(lines)\(Self.network)"
  }

  private var target: String {
    switch self {
    case .annealed: "target: {annealed: {model: q, inverse_temperature: 2}}   # q^2; below 1 is hotter\n"
    case .product: "target: {product: {q1: 1, q2: 1}}   # the exponent of each model\n"
    case .guided:
      """
      target:
        guided: {unconditional: unconditional, conditional: conditional, scale: 2}   # u^(1 - scale) c^scale

      """
    case .reward:
      """
      target:
        annealed: {model: q, inverse_temperature: 1}
        reward: {kind: linear, coefficients: [1, 0]}   # q e^r with r = x_0
        # reward: {kind: program, command: [python3, reward.py]}   # a reward of your own

      """
    }
  }

  private static let rest = """
    islands: 8                 # independent groups, whose spread gives log Z its standard error
    sampler: {steps: 200}      # or auto: as many as the error asks for
    output: {directory: runs}  # relative to this file

    """
}
