import Foundation
import Testing

/// Each warning of a report speaks just beyond its threshold, and is silent just before it.
///
/// Seen to catch: every threshold between the two sides of its cases moved by a twentieth, one way or the other.
@Suite("the warnings of a report")
struct ReportRuleTests {
  /// How to make a healthy run show a sign, and which rules then speak.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var particles = 2000
    let expected: [String]
    let change: @Sendable (ReportFolder) throws -> Void

    init(
      _ description: String, particles: Int = 2000, _ expected: [String],
      _ change: @escaping @Sendable (ReportFolder) throws -> Void
    ) {
      testDescription = description
      self.particles = particles
      self.expected = expected
      self.change = change
    }
  }

  static let cases: [Case] = [
    Case("a healthy run", []) { _ in },
    Case("weights that sum to 1.00001", ["lost-precision"]) { try $0.setWeights(sum: 1.00001, of: 2000) },
    Case("weights that sum to 1.0000001", []) { try $0.setWeights(sum: 1.000_000_1, of: 2000) },
    Case("no weights", ["uncorrected"]) { try $0.set("log_normalizer", "null") },
    Case("one ancestor", ["collapse"]) { try $0.set("unique_ancestors", "1") },
    Case("two ancestors", ["few-ancestors"]) { try $0.set("unique_ancestors", "2") },
    Case("29 ancestors", ["few-ancestors"]) { try $0.set("unique_ancestors", "29") },
    Case("30 ancestors", []) { try $0.set("unique_ancestors", "30") },
    Case("a start with 9.9 %", ["poor-start"]) { try $0.set("effective_sample_size", ofStep: 0, "198") },
    Case("a start with 10.1 %", []) { try $0.set("effective_sample_size", ofStep: 0, "202") },
    Case("a step that keeps 49 %", ["falling-sample-size"]) {
      let before = try $0.value("effective_sample_size", ofStep: 69)
      try $0.set("effective_sample_size", ofStep: 70, "\(0.49 * before)")
    },
    Case("a step that keeps 51 %", []) {
      let before = try $0.value("effective_sample_size", ofStep: 69)
      try $0.set("effective_sample_size", ofStep: 70, "\(0.51 * before)")
    },
    Case("a step that keeps 49 % after a resampling", ["falling-sample-size"]) {
      try $0.set("effective_sample_size", ofStep: 70, "980")
      try $0.set("effective_sample_size", ofStep: 69, "1000")
      try $0.set("resampled", ofStep: 69, "1")
    },
    Case("9.9 % at the end", ["low-sample-size"]) { try $0.set("effective_sample_size", "198.0") },
    Case("10.1 % at the end", []) { try $0.set("effective_sample_size", "202.0") },
    Case("99 at the end", particles: 600, ["low-sample-size"]) { try $0.set("effective_sample_size", "99") },
    Case("101 at the end", particles: 600, []) { try $0.set("effective_sample_size", "101") },
    Case("a particle with 10.1 % of the weight", ["heavy-particle"]) {
      try $0.setFirstWeight(0.101, of: 2000)
    },
    Case("a particle with 9.9 % of the weight", []) { try $0.setFirstWeight(0.099, of: 2000) },
    Case("26 resamplings in 100 steps", ["many-resamplings"]) { try $0.set("resample_count", "26") },
    Case("25 resamplings in 100 steps", []) { try $0.set("resample_count", "25") },
    Case("a resampling at every step but the last", []) { try $0.set("resample_count", "99") },
    Case("a step-size error beyond the Monte Carlo error and its own noise", ["step-size-error"]) {
      try $0.setStepSizeError("0.0301", standardError: "0.005", monteCarloError: "0.02")
    },
    Case("one that its own noise may account for", []) {
      try $0.setStepSizeError("-0.0299", standardError: "0.005", monteCarloError: "0.02")
    },
    Case("one of unknown noise", []) {
      try $0.setStepSizeError("0.3", standardError: "null", monteCarloError: "0.02")
    },
    Case("one of the mean of a coordinate", ["step-size-error"]) {
      try $0.setStepSizeError("0.0", standardError: "0.005", monteCarloError: "0.02")
      try $0.set("mean_step_size_error", "[0.0, -0.5]")
      try $0.set("mean_step_size_error_standard_error", "[0.1, 0.1]")
      try $0.set("mean_standard_error", "[0.1, 0.1]")
    },
    Case("no standard error", ["no-standard-error"]) { try $0.set("log_normalizer_standard_error", "null") },
    Case("a standard error of 0.51", ["large-standard-error"]) {
      try $0.set("log_normalizer_standard_error", "0.51")
    },
    Case("a standard error of 0.49", []) { try $0.set("log_normalizer_standard_error", "0.49") },
    Case("log Z moving by 0.51 at the end", ["late-log-normalizer"]) {
      let before = try $0.value("log_normalizer_ratio", ofStep: 95)
      try $0.set("log_normalizer_ratio", ofStep: 100, "\(before - 0.51)")
    },
    Case("log Z moving by 0.49 at the end", []) {
      let before = try $0.value("log_normalizer_ratio", ofStep: 95)
      try $0.set("log_normalizer_ratio", ofStep: 100, "\(before + 0.49)")
    },
    Case("a warning of the plan", ["plan"]) { try $0.set("warnings", "[\"steps are long for this path\"]") },
    Case("a plan that foresaw what a rule says", ["no-standard-error"]) {
      try $0.set("warnings", "[\"log Z will have no standard error; set islands to 8\"]")
      try $0.set("log_normalizer_standard_error", "null")
    },
  ]

  @Test("speak beyond their thresholds alone", arguments: cases)
  func thresholds(_ example: Case) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let folder = try ReportFolder(program, particles: example.particles)
    try example.change(folder)
    #expect(try folder.rules() == example.expected)
  }

  @Test("say what was found and what to try, with the figures")
  func words() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let folder = try ReportFolder(program)
    try folder.set("effective_sample_size", "31.4")
    _ = try folder.rules()
    let page = try program.text("out/report.html")
    #expect(
      page.contains(
        "The final effective sample size is 31.4 of 2,000 particles (1.6\u{A0}%). <span class=\"advice\">Averages are as "
          + "uncertain as with so few samples; try more sampler.steps or control: linear, or a later end of "
          + "resampling.window.</span>"))
  }
}
