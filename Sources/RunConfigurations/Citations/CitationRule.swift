/// A setting whose method was published, and where.
package struct CitationRule {
  /// The key in the config, or where it stands below any model or reward.
  package let path: String
  /// The value that it must have; nil for any.
  package let value: String?
  /// What was published, in a few words.
  let method: String
  /// Keys of the bibliography.
  package let keys: [String]

  private init(_ path: String, _ value: String?, _ method: String, _ keys: String...) {
    self.path = path
    self.value = value
    self.method = method
    self.keys = keys
  }

  /// The method for runs of few islands.
  fileprivate static let standardError = "the standard error of log Z"

  /// Every rule. A method that is added has a line here, and an entry in References.bib.
  package static let all: [CitationRule] = [
    .init("correction", "feynman-kac", "weights of composed diffusions", "skreta2025feynmankac"),
    .init("correction", "kernel-ratio", "weights by ratios of kernels", "he2025rne"),
    .init("correction", "density-ratio", "weights by ratios of densities", "he2025rne"),
    .init("process.kind", "variance-exploding", "the noise process", "song2021score"),
    .init("process.kind", "variance-preserving", "the noise process", "song2021score"),
    .init("process.kind", "sub-variance-preserving", "the noise process", "song2021score"),
    .init("process.schedule", "cosine", "the schedule of the noise", "nichol2021improved"),
    .init("process.kind", "karras", "the noise process", "karras2022elucidating"),
    .init("sampler.grid", "karras", "the grid of the steps", "karras2022elucidating"),
    .init("process.kind", "flow-matching", "the noise process", "lipman2023flow"),
    .init("models.*.prediction", "edm", "the network's preconditioning", "karras2022elucidating"),
    .init("models.*.prediction", "velocity", "networks that predict velocities", "lipman2023flow"),
    .init("sampler.control", "linear", "control of the drift", "ren2025driftlite"),
    .init("sampler.control", "scores", "control by scores", "stein1981mean", "ren2025driftlite"),
    .init("sampler.rejuvenation.kind", "langevin", "moves at a level", "roberts1996exponential"),
    .init(
      "sampler.rejuvenation.kind", "metropolis", "moves at a level", "roberts1996exponential",
      "roberts1998optimal"),
    .init("resampling.scheme", "killing", "the resampler", "delmoral2006sequential"),
    .init("resampling.scheme", "ssp", "the resampler", "gerber2019negative"),
    .init("resampling.scheme", "metropolis", "the resampler", "murray2011metropolis"),
    .init("resampling.scheme", "stratified", "the resampler", "chopin2022resampling"),
    .init("resampling.scheme", "systematic", "the resampler", "chopin2022resampling"),
    .init("resampling.scheme", "residual", "the resampler", "chopin2022resampling"),
    .init("resampling.scheme", "multinomial", "the resampler", "chopin2022resampling"),
    .init("resampling.scheme", "birth-death", "the resampler", "skreta2025feynmankac"),
    .init("resampling.scheme", nil, standardError, "chan2013general", "lee2018variance"),
    .init("target.reward.at", "ahead", "rewards that look ahead", "wu2023practical"),
    .init("target.reward.at", "denoised", "rewards at the denoised point", "chung2023diffusion"),
    .init(
      "target.reward.kind", "measurement", "posteriors of measurements", "song2023pseudoinverse",
      "cardoso2024monte"),
    .init(
      "target.reward.kind", "inpainting", "posteriors of measurements", "song2023pseudoinverse",
      "cardoso2024monte"),
    .init("target.reward.kind", "log_sigmoid", "averages of a sigmoid", "mackay1992evidence"),
    .init("target.guided.projection", nil, "projected guidance", "sadat2025eliminating"),
    .init("target.guided.alignment_threshold", nil, "guidance that ends", "castillo2025adaptive"),
    .init("rng", "philox", "the random numbers", "salmon2011parallel"),
  ]
}

extension RunConfiguration {
  /// What the methods that the config uses are cited by: BibTeX, a comment before each entry saying for what.
  package var citations: String {
    let used = CitationRule.all.filter { rule in
      // From 8 islands on their spread is the standard error.
      guard rule.method != CitationRule.standardError || islands < 8 else { return false }
      return Self.values(at: rule.path.split(separator: ".")[...], in: settings).contains { value in
        rule.value == nil || value.text == rule.value
      }
    }
    var text = "% The program\n" + Bibliography.software
    for (key, entry) in Bibliography.entries {
      let methods = used.filter { $0.keys.contains(key) }.map(\.method)
      guard !methods.isEmpty else { continue }
      let each = methods.indices.filter { !methods[..<$0].contains(methods[$0]) }.map { methods[$0] }
      text += "\n% For \(each.joined(separator: ", "))\n" + entry
    }
    return text
  }

  /// The settings at a path, of which `*` is any key.
  private static func values(at path: ArraySlice<Substring>, in setting: Setting) -> [Setting] {
    guard let key = path.first else { return [setting] }
    let rest = path.dropFirst()
    guard key == "*" else { return setting[String(key)].map { values(at: rest, in: $0) } ?? [] }
    return (setting.entries ?? []).flatMap { values(at: rest, in: $0.value) }
  }
}
