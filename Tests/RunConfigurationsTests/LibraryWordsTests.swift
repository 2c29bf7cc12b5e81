import FeynmanKac
import RunConfigurations
import Testing

/// The library speaks Swift and the command its config, each in all of its sentences.
///
/// Seen to catch: `noise_scale`, `control: linear` and `feynman-kac` in sentences; faults of `sampler.end_time`, `correction` and
/// `rng`; the name `everyStep`, which no key has; a constant that is not called as its word; a key whose property is not
/// there.
@Suite struct LibraryWordsTests {
  /// Folders whose sentences are about files, which have keys of their own.
  private static let ofFiles = [
    "FeynmanKac/Files/", "ScoreNetworks/NetworkFile/", "ScoreNetworks/Safetensors/",
    "ScoreNetworks/Settings/", "ScoreNetworks/Networks/",
    "ScoreNetworks/Regression/RegressionSettings",
  ]

  private static let words = LibraryWords.config

  private static func sources() throws -> [(path: String, text: String)] {
    try ["ParticleEngine", "FeynmanKac", "ScoreNetworks"].flatMap { try SourceLiterals.files(of: $0) }
      .filter { file in !ofFiles.contains { file.path.hasPrefix($0) } }
  }

  /// The keys of the config by themselves, such as `noise_scale`.
  private static let keys = Set(Self.words.entries.compactMap(\.path.last))

  /// The words of its values that Swift has other cases for, such as `auto` and `feynman-kac`.
  private static let otherWords = Set(
    Self.words.entries.flatMap(\.words).filter {
      $0.swift.hasPrefix(".") && !$0.swift.hasPrefix(".\($0.word)")
    }
    .map(\.word))

  /// What is in backquotes, and the rest.
  private static func parts(_ literal: String) -> (code: [String], prose: String) {
    let parts = literal.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    let code = parts.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
    let prose = parts.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    return (code, prose.joined(separator: "·"))
  }

  @Test("no sentence of the library has a word of the config")
  func noKeys() throws {
    let files = try Self.sources()
    #expect(files.count > 150)
    for file in files {
      for literal in SourceLiterals.literals(of: file.text) {
        let prose = Self.parts(literal).prose
        for word in literal.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" })
        where word.contains("_") && Self.keys.contains(String(word)) {
          Issue.record("\(file.path): the key \(word) in \"\(literal)\"")
        }
        for entry in Self.words.entries {
          for word in entry.words where prose.contains("\(entry.path.last!): \(word.word)") {
            Issue.record("\(file.path): \(entry.path.last!): \(word.word) in \"\(literal)\"")
          }
        }
        guard literal.contains(" ") else { continue }
        let words = prose.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init)
        for word in Self.otherWords.intersection(words) {
          Issue.record("\(file.path): the word \(word) in \"\(literal)\"")
        }
      }
    }
  }

  @Test("every fault is of a property, and of no key")
  func settings() throws {
    let paths = Set(Self.words.entries.map { $0.path.joined(separator: ".") })
    let properties = Set(Self.words.entries.map { $0.property.joined(separator: ".") })
    var found = 0
    for file in try Self.sources() {
      for match in file.text.matches(of: /(?:SetupError\(|Refusal\(\s*\.\w+,)\s*"([^"\\]+)"/) {
        let setting = String(match.output.1)
        found += 1
        // The engine does not know what has its rules.
        let isKnown =
          properties.contains(setting)
          || file.path.hasPrefix("ParticleEngine/") && properties.contains { $0.hasSuffix(".\(setting)") }
        if paths.contains(setting), !isKnown { Issue.record("\(file.path): \(setting) is a key") }
        if setting.contains("."), !isKnown { Issue.record("\(file.path): \(setting) is unknown") }
      }
    }
    #expect(found > 70)
  }

  @Test("every name in backquotes has its word of the config")
  func translations() throws {
    var found = 0
    for file in try Self.sources() {
      for literal in SourceLiterals.literals(of: file.text) {
        for code in Self.parts(literal).code {
          let name = code.prefix(while: { $0 != ":" })
          if name.contains(SourceLiterals.hole) { continue }
          found += 1
          let example = code.replacing(String(SourceLiterals.hole), with: "1")
          if Self.words.words(for: example) == nil { Issue.record("\(file.path): `\(code)` is unknown") }
        }
      }
    }
    #expect(found > 60)
  }

  @Test("names that a sentence makes have theirs")
  func constants() throws {
    var code: [(String, String)] = Sampler.Scheme.allCases.map { ($0.constant, $0.rawValue) }
    code += Sampler.Correction.allCases.map { ($0.constant, $0.rawValue) }
    code += Sampler.Correction.allCases.map { ("correction: \($0.constant)", "correction: \($0.rawValue)") }
    code += Sampler.Control.allCases.map { (".\($0)", $0.rawValue) }
    code += ResamplingScheme.allCases.map { ("\(type(of: $0.resampler))", $0.rawValue) }
    code += [("states: NAME", "x: NAME"), ("noise: NAME", "noise: NAME")]
    for (code, word) in code { #expect(Self.words.words(for: code) == word) }
    // What makes them is a rule, which the constants follow.
    let text = try SourceLiterals.files(of: "FeynmanKac").map(\.text).joined()
    for constant in Sampler.Scheme.allCases.map(\.constant) + Sampler.Correction.allCases.map(\.constant) {
      #expect(text.contains("public static let \(constant.dropFirst()) "), "\(constant)")
    }
  }

  @Test("the properties are there")
  func properties() throws {
    let model = try GaussianMixture(means: [[0]], weights: [1], standardDeviations: [[1]])
    var target = Target.guided(
      unconditional: model, conditional: model, scale: 2, projection: GuidanceProjection(normThreshold: 1),
      alignmentThreshold: 0.5)
    target = target.tilted(
      by: LinearReward(coefficients: [1]), at: .denoised(jacobian: .isotropic, dataStandardDeviation: 1))
    var sampler = Sampler(process: FlowMatching(), target: target)
    sampler.trajectory = Sampler.Trajectory()
    sampler.start = .exact
    sampler.rejuvenation = .metropolis()
    // No stored properties, or those of a kernel.
    let others = [
      "sampler.steps.grid", "sampler.noiseScale.from", "sampler.noiseScale.to",
      "sampler.stepSizeError.method",
      "sampler.stepSizeError.share", "sampler.rejuvenation.signalToNoise", "sampler.rejuvenation.acceptance",
      "sampler.onFailure.drop", "sampler.resampling.resampler.function",
    ]
    var found = 0
    for property in Self.words.entries.map({ $0.property.joined(separator: ".") }) {
      let isKinds = ["sampler.process.", "target.reward."].contains { property.hasPrefix($0) }
      let isKept = ["sampler.", "target.guidance", "target.reward"].contains { property.hasPrefix($0) }
      guard isKept, !isKinds, !others.contains(property) else { continue }
      found += 1
      let path = property.hasPrefix("sampler.") ? String(property.dropFirst(8)) : property
      #expect(has(path.split(separator: ".").map(String.init)[...], in: sampler), "\(property)")
    }
    #expect(found > 30)
  }

  private func has(_ path: ArraySlice<String>, in value: Any) -> Bool {
    guard let first = path.first else { return true }
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional { return mirror.children.contains { has(path, in: $0.value) } }
    return mirror.children.contains { $0.label == first && has(path.dropFirst(), in: $0.value) }
  }

  @Test("a path of Swift leads to its key")
  func paths() {
    #expect(Self.words.path(of: "sampler.resampling.threshold") == "resampling.ess_threshold")
    #expect(Self.words.path(of: "resampling.threshold") == "resampling.ess_threshold")
    #expect(Self.words.path(of: "sampler.trajectory.everySteps") == "output.trajectory.every_steps")
    #expect(Self.words.path(of: "generator") == "rng")
    #expect(Self.words.path(of: "target") == "target")
    #expect(Self.words.path(of: "particles") == "particles")
    #expect(Self.words.path(of: "target.terms[1].model", models: ["a", "b"]) == "models.b")
    #expect(Self.words.path(of: "target.terms[0].model.atoms", models: ["a", "b"]) == "models.a.atoms")
    #expect(Self.words.path(of: "FKC_KERNEL") == "FKC_KERNEL")
    #expect(Self.words.path(of: "target.terms[7].model", models: ["a"]) == "target.terms[7].model")
    #expect(Self.words.path(of: "") == "")
    // Below a model or a reward.
    for (property, key) in [
      ("names", "inputs"), ("names.states", "inputs.x"), ("names.condition", "inputs.condition"),
      ("names.output", "output"), ("noiseInput", "noise_input"),
      ("standardDeviations", "standard_deviations"),
      ("standardDeviation", "standard_deviation"), ("atoms", "atoms"), ("condition", "condition"),
      ("file", "file"),
    ] { #expect(Self.words.key(of: property) == key) }
  }

  @Test("a sentence has nothing but its names changed")
  func sentences() {
    func same(_ sentence: String) -> Bool { Self.words.translated(sentence) == sentence }
    #expect(
      Self.words.translated(
        "Use `control: .none`, `sampler.endTime: 0.5`, `threads: 1` or `.gsl(\"mt19937\")`, `rewardPoint: .denoised`."
      )
        == "Use control: none, sampler.end_time: 0.5, --threads 1 or mt19937, at: denoised.")
    #expect(
      Self.words.translated("model 'x`y'; a larger `noiseScale`") == "model 'x`y'; a larger noise_scale")
    #expect(same("`nothing` and `nothing: .known` and `control: .nothing`"))
    #expect(same("no names"))
    #expect(same("`"))
    #expect(same("``"))
    #expect(same("`: `"))
    #expect(same(""))
  }
}
