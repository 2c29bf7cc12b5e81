import FeynmanKac
import Testing

@Suite("Schemes and corrections")
struct PartsTests {
  /// Seen to catch: two schemes of one name, of which a config would mean the first.
  @Test("have names of their own, by which they are found again")
  func names() {
    let schemes = Sampler.Scheme.allCases
    #expect(Set(schemes.map(\.rawValue)).count == schemes.count)
    #expect(schemes.allSatisfy { Sampler.Scheme(rawValue: $0.rawValue) == $0 && "\($0)" == $0.rawValue })
    #expect(Sampler.Scheme(rawValue: "exponental") == nil)
    let corrections = Sampler.Correction.allCases
    #expect(Set(corrections.map(\.rawValue)).count == corrections.count)
    #expect(
      corrections.allSatisfy { Sampler.Correction(rawValue: $0.rawValue) == $0 && "\($0)" == $0.rawValue })
    #expect(Sampler.Correction(rawValue: "kernel ratio") == nil)
  }

  @Test("say in a sentence what they are")
  func summaries() {
    let summaries = Sampler.Scheme.allCases.map(\.summary) + Sampler.Correction.allCases.map(\.summary)
    #expect(summaries.allSatisfy { $0.hasSuffix(".") && $0.count > 20 })
    #expect(Set(summaries).count == summaries.count)
  }

  /// The first fault in the order of the needs is the one that is said, whichever part has it.
  ///
  /// Seen to catch: the control asked before the correction.
  @Test("refuse projection one after the other")
  func refusals() {
    func problem(_ change: (inout Sampler) -> Void) -> String {
      var sampler = ExampleTargets.sampler(
        .guided(
          unconditional: ExampleTargets.other, conditional: ExampleTargets.mixture, scale: .constant(2),
          projection: GuidanceProjection()), steps: 10)
      change(&sampler)
      do { _ = try sampler.plan(particles: 10) } catch { return "\(error)" }
      return "accepted"
    }
    #expect(
      problem { $0.scheme = .heun }.hasPrefix(
        "target.guidance.projection: `.feynmanKac` needs the divergence"))
    #expect(
      problem {
        $0.scheme = .heun
        $0.correction = .none
      }.hasPrefix("sampler.scheme: `.heun` has two drifts a step"))
    #expect(
      problem { $0.correction = .kernelRatio }.hasPrefix(
        "sampler.control: `.radial` fits the rate of `.feynmanKac`"))
    #expect(
      problem {
        $0.correction = .kernelRatio
        $0.control = .none
      } == "accepted")
  }
}
