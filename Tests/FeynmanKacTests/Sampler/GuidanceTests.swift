import FeynmanKac
import Foundation
import Synchronization
import Testing

@Suite("guided pairs")
struct GuidanceTests {
  /// Six modes of one width, whose masses differ between the branches: near the data both know the way.
  private static let means: [[Double]] = [
    [-2.2, -1.4], [1.9, -1.8], [2.4, 1.1], [0.1, 2.3], [-2, 1.6], [0.2, -0.1],
  ]
  private static let all = try! GaussianMixture(
    means: means, weights: [0.2, 0.15, 0.2, 0.15, 0.15, 0.15], standardDeviation: 0.45)
  private static let some = try! GaussianMixture(
    means: means, weights: [0.03, 0.1, 0.32, 0.3, 0.05, 0.2], standardDeviation: 0.45)

  private func sampler(
    _ projection: GuidanceProjection? = nil, threshold: Double? = nil, scale: Schedule = 2,
    correction: Sampler.Correction = .kernelRatio, unconditional: any ScoreModel = Self.all
  ) -> Sampler {
    func target(_ unconditional: some ScoreModel) -> Target {
      .guided(
        unconditional: unconditional, conditional: Self.some, scale: scale, projection: projection,
        alignmentThreshold: threshold)
    }
    var sampler = Sampler(
      process: .varianceExploding(sigmaMin: 0.05, sigmaMax: 20), target: target(unconditional), steps: 60)
    // What is compared with plain guidance here needs the scale along the whole path.
    sampler.target.path = .constant
    sampler.stepSizeError = .none
    sampler.correction = correction
    sampler.control = correction == .feynmanKac ? .radial : .none
    return sampler
  }

  /// Counts rows, as a network that costs something would.
  private struct CountedModel: ScoreModel {
    final class Rows: Sendable {
      let count = Mutex(0)
    }
    let rows = Rows()
    var dimensions: Int { 2 }
    func workspaceSize(rows: Int) -> Int { GuidanceTests.all.workspaceSize(rows: rows) }
    func evaluate(_ batch: ScoreBatch, at point: NoisePoint) {
      rows.count.withLock { $0 += batch.count }
      GuidanceTests.all.evaluate(batch, at: point)
    }
  }

  // Rounding differs, so moments are compared and not bytes. A sum of 60 steps in Float keeps five digits.
  @Test(
    "a projection that keeps everything is plain guidance",
    arguments: [Sampler.Correction.none, .kernelRatio, .densityRatio])
  func keepingAll(_ correction: Sampler.Correction) throws {
    let plain = try sampler(correction: correction).run(particles: 1000, seed: 4)
    let kept = try sampler(.init(parallel: 1, momentum: 0), correction: correction).run(
      particles: 1000, seed: 4)
    let thresholded = try sampler(
      .init(parallel: 1, normThreshold: 1e6, momentum: 0), correction: correction
    ).run(particles: 1000, seed: 4)
    for (a, b) in zip(plain.weightedMean + plain.weightedVariance, kept.weightedMean + kept.weightedVariance)
    {
      #expect(abs(a - b) < 1e-3)
    }
    if let a = plain.logNormalizer, let b = kept.logNormalizer { #expect(abs(a.value - b.value) < 1e-3) }
    #expect(thresholded.samples == kept.samples)
    #expect(thresholded.logWeights == kept.logWeights)
  }

  // Seen to catch: the part along D_c not removed; the difference lengthened to the threshold (errors up to 78).
  // Each figure by hand: one particle's guided point from its own state, over one step of Euler's scheme without noise,
  // y' = y + ½ v S̃ Δ, from the start that a run of no guidance at all shows.
  @Test(
    "the projected point is that of the published rule",
    arguments: [
      GuidanceProjection(momentum: 0), GuidanceProjection(parallel: 0.3, normThreshold: 0.5, momentum: 0),
      GuidanceProjection(parallel: -0.5, normThreshold: 100, momentum: 0),
    ])
  func publishedRule(_ projection: GuidanceProjection) throws {
    let v0 = 4.0
    let v1 = 1.0
    func moved(_ scale: Schedule, _ projection: GuidanceProjection?) throws -> [Float] {
      let first = try GaussianMixture.gaussian(mean: [0.5, -1], standardDeviations: [1.5, 1])
      let second = try GaussianMixture.gaussian(mean: [1.2, 0.7], standardDeviations: [0.6, 0.8])
      var sampler = Sampler(
        process: .varianceExploding(sigmaMin: 1, sigmaMax: 2),
        target: .guided(
          unconditional: first, conditional: second, scale: scale, projection: projection), steps: 1)
      sampler.correction = .none
      sampler.scheme = .eulerMaruyama
      sampler.noiseScale = .scheduled(0)
      return try sampler.run(particles: 50, seed: 8).samples
    }
    let conditional = try moved(1, nil)
    let unconditional = try moved(0, nil)
    let guided = try moved(3, projection)
    let length = 0.5 * log(v0 / v1)
    for row in 0..<50 {
      // The start, solved from where the conditional step led: y' = y + ½Δ v s_c(y), linear in y.
      let means = [1.2, 0.7]
      let variances = [0.36 + v0, 0.64 + v0]
      var point = [0.0, 0.0]
      var difference = [0.0, 0.0]
      for j in 0..<2 {
        let factor = 1 - length * v0 / variances[j]
        let start = (Double(conditional[2 * row + j]) - length * v0 * means[j] / variances[j]) / factor
        point[j] = start + (Double(conditional[2 * row + j]) - start) / length
        difference[j] = (Double(conditional[2 * row + j]) - Double(unconditional[2 * row + j])) / length
      }
      let norm = (difference[0] * difference[0] + difference[1] * difference[1]).squareRoot()
      if let threshold = projection.normThreshold, norm > threshold {
        for j in 0..<2 { difference[j] *= threshold / norm }
      }
      let share =
        (difference[0] * point[0] + difference[1] * point[1]) / (point[0] * point[0] + point[1] * point[1])
      for j in 0..<2 {
        let along = share * point[j]
        let guidance = 2 * (difference[j] - along + projection.parallel * along)
        let expected = Double(conditional[2 * row + j]) + length * guidance
        #expect(abs(Double(guided[2 * row + j]) - expected) < 2e-4, "row \(row)")
      }
    }
  }

  // Seen to catch: no momentum (977 of 1,000 coordinates elsewhere).
  @Test("the running average comes to rest at 1/(1 − β) of the difference")
  func momentum() throws {
    // Long runs of short steps end where the average is at rest: momentum −0.5 is guidance by two thirds.
    let projection = GuidanceProjection(parallel: 1, momentum: -0.5)
    var resting = sampler(projection, scale: 2.5, correction: .none)
    resting.steps = 2000
    resting.noiseScale = .scheduled(0)
    var weaker = sampler(scale: 2, correction: .none)
    weaker.steps = 2000
    weaker.noiseScale = .scheduled(0)
    let first = try resting.run(particles: 500, seed: 2)
    let second = try weaker.run(particles: 500, seed: 2)
    let differences = zip(first.samples, second.samples).map { abs($0 - $1) }
    // A particle near the border between two modes may fall to the other side.
    #expect(differences.filter { $0 > 0.02 }.count < 20)
  }

  @Test(
    "the same seed gives the same bytes for any number of threads", arguments: [nil, 0.98] as [Double?])
  func threads(_ threshold: Double?) throws {
    let projection = GuidanceProjection(parallel: 0.2, normThreshold: 2)
    for correction in [Sampler.Correction.none, .kernelRatio] {
      let sampler = sampler(projection, threshold: threshold, scale: 4, correction: correction)
      let first = try sampler.run(particles: 3 * 1200, islands: 3, seed: 0, threads: 1)
      for threads in [2, 3, 8] {
        let again = try sampler.run(particles: 3 * 1200, islands: 3, seed: 0, threads: threads)
        #expect(again.samples == first.samples)
        #expect(again.logWeights == first.logWeights)
        #expect(again.alignedSteps == first.alignedSteps)
        #expect(again.trace.map(\.alignment) == first.trace.map(\.alignment))
      }
    }
  }

  // Seen to catch: agreement in pure noise taken for alignment (step 0); one evaluation too many or too few; every
  // island deciding by the first one's cosines; a cosine reported after the last.
  @Test(
    "an aligned island asks the unconditional branch no more, and evaluations say how often it did",
    arguments: [Sampler.Correction.none, .feynmanKac, .kernelRatio],
    [Sampler.Scheme.exponentialMultistep, .heun])
  func evaluations(_ correction: Sampler.Correction, _ scheme: Sampler.Scheme) throws {
    guard correction != .kernelRatio || scheme != .heun else { return }
    let counted = CountedModel()
    var sampler = sampler(threshold: 0.99, correction: correction, unconditional: counted)
    sampler.scheme = scheme
    let result = try sampler.run(particles: 4 * 300, islands: 4, seed: 6)
    let steps = result.alignedSteps.map { $0 ?? 60 }
    #expect(Set(steps).count > 1, "islands decide alone: \(steps)")
    let perStep = scheme == .heun ? 2 : 1
    // The fit, and with weights three distances far out along both coordinates, both ways, and through 16 particles.
    let fit = 3 * 600 + 2400 + (correction == .none ? 0 : 3 * (4 + 16))
    #expect(result.modelEvaluations[0].rows == fit + steps.reduce(0) { $0 + 300 * (1 + perStep * $1) })
    #expect(result.modelEvaluations[0].rows == counted.rows.count.withLock { $0 })
    #expect(result.modelEvaluations[1].rows == fit + 1200 * (1 + perStep * 60))
    // Cosines are reported as long as they are known.
    #expect(result.trace.map { $0.alignment != nil } == (0...60).map { $0 <= steps.max()! })
    // Near 1 in pure noise: agreement counts only after disagreement.
    #expect(result.trace[0].alignment! > 0.99)
    #expect(steps.min()! > 25)
  }

  // Seen to catch: the conditional branch without the exponent of the one it answers for.
  @Test("after alignment the rate of the pair is 0 and its samples are those of the conditional model")
  func rates() throws {
    let aligned = try sampler(threshold: 0.98, correction: .feynmanKac).run(particles: 1000, seed: 6)
    let step = try #require(aligned.alignedSteps[0])
    let late = aligned.trace[(step + 2)...].map { $0.logNormalizerRatio! }
    // The trapezoid of the step after the decision still has the last rate at its start; then nothing moves but rounding.
    #expect(late.allSatisfy { abs($0 - late[0]) < 1e-5 })
    let both = try sampler(threshold: 1, correction: .feynmanKac).run(particles: 1000, seed: 6)
    #expect(both.alignedSteps == [nil])
    #expect(both.trace[60].logNormalizerRatio! != both.trace[step + 2].logNormalizerRatio!)

    // The kernel ratio is left with the noise of its own steps: 0.02 here, and 0.48 where the unconditional scores stay
    // as they were last asked.
    let ratios = try sampler(threshold: 0.98, correction: .kernelRatio).run(particles: 1000, seed: 6)
    let last = try #require(ratios.alignedSteps[0])
    let change = ratios.trace[60].logNormalizerRatio! - ratios.trace[last + 2].logNormalizerRatio!
    #expect(abs(change) < 0.1)
  }

  @Test("what guidance needs is counted in the plan")
  func memory() throws {
    func bytes(_ sampler: Sampler) throws -> Int {
      try sampler.plan(particles: 100_000, threads: 1).memoryBytes
    }
    let plain = try bytes(sampler(correction: .kernelRatio))
    let projected = try bytes(sampler(.init(momentum: 0)))
    let remembering = try bytes(sampler(.init(momentum: -0.5)))
    #expect(projected > plain)
    // A piece of memory takes a little more than its numbers.
    #expect((0..<1024).contains(remembering - projected - 100_000 * 2 * 4))
    #expect(try bytes(sampler(threshold: 0.9)) > plain)
  }

  private func problem(_ sampler: Sampler) -> String {
    do {
      _ = try sampler.plan(particles: 100)
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test("what cannot work is refused before the first step")
  func refusals() {
    let apg = GuidanceProjection()
    #expect(
      problem(sampler(apg, correction: .feynmanKac))
        == "target.guidance.projection: `.feynmanKac` needs the divergence of the drift, which `projection` makes unknown; "
        + "use `correction: .kernelRatio` with `sampler.control: .none`, whose weights hold for any drift, "
        + "or `correction: .none`")
    var controlled = sampler(apg)
    controlled.control = .radial
    #expect(
      problem(controlled)
        == "sampler.control: `.radial` fits the rate of `.feynmanKac`, which `guidance.projection` leaves unknown; use `.none`"
    )
    var heun = sampler(apg, correction: .none)
    heun.scheme = .heun
    #expect(
      problem(heun)
        == "sampler.scheme: `.heun` has two drifts a step, `guidance.projection` has one; use `.exponentialMultistep`"
    )
    #expect(
      problem(sampler(.init(momentum: 1)))
        == "target.guidance.projection.momentum: 1.0; give a number between -1 and 1")
    #expect(
      problem(sampler(.init(normThreshold: 0)))
        == "target.guidance.projection.normThreshold: 0.0; give a number above 0")
    #expect(
      problem(sampler(.init(parallel: .nan)))
        == "target.guidance.projection.parallel: nan; give a finite number")
    #expect(
      problem(sampler(threshold: 1.1))
        == "target.guidance.alignmentThreshold: 1.1; give a number from 0 to 1")
    #expect(
      problem(sampler(threshold: 0.9, correction: .densityRatio))
        == "target.guidance.alignmentThreshold: `.densityRatio` would weigh for the conditional model alone once the "
        + "other is asked no more; use `.feynmanKac` or `.kernelRatio`")
    #expect(
      problem(sampler(threshold: 0.9, scale: Schedule(from: 1, to: 2)))
        == "target.guidance.alignmentThreshold: exponents that move need both branches along the whole path; "
        + "give constant numbers")
    #expect(
      problem(sampler(apg, scale: 0))
        == "target.guidance.scale: a scale of 0.0 leaves one branch out, which `projection` and `alignmentThreshold` "
        + "compare; give another scale")
    // At scale 1 there is nothing to guide.
    #expect(problem(sampler(apg, scale: 1, correction: .feynmanKac)) == "accepted")
  }
}
