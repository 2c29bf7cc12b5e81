import FeynmanKac
import Foundation
import Testing

@Suite("noise processes")
struct NoiseProcessTests {
  static let all: [any NoiseProcess] = [
    VarianceExploding(), VariancePreserving(), VariancePreserving(.cosine()), SubVariancePreserving(),
    SubVariancePreserving(.cosine()), Karras(), FlowMatching(), FlowMatching(timeZero: .noise),
    try! TabulatedProcess(BetaSchedule.linear()), try! TabulatedProcess(.squaredCosine, timesteps: 50),
    try! TabulatedProcess(.scaledLinear(), zeroTerminalSNR: true),
  ]

  @Test(
    "the noise level rises strictly from data to noise, and the time of a level inverts the level of a time",
    arguments: all.indices)
  func laws(_ index: Int) { Self.checkLaws(of: Self.all[index]) }

  static func checkLaws(of process: some NoiseProcess) {
    let levels = (0...1000).map { process.noiseLevel(at: Double($0) / 1000) }
    for (low, high) in zip(levels, levels.dropFirst()) { #expect(low < high, "\(process)") }
    for step in 1..<1000 {
      let time = Double(step) / 1000
      let level = process.noiseLevel(at: time)
      // Where the path is flat, rounding of the level moves the time.
      #expect(abs(process.time(atNoiseLevel: level) - time) < 1e-9)
      let point = process.point(atNoiseLevel: level)
      #expect(abs(point.level / level - 1) < 1e-12)
      #expect(abs(point.signal - process.signal(at: time)) < 1e-9)
    }
    #expect(process.time(atNoiseLevel: 0) == 0)
    #expect(process.time(atNoiseLevel: .infinity) == 1)
  }

  @Test("signal and noise are those of the formulas")
  func formulas() {
    let exploding = VarianceExploding(sigmaMin: 0.02, sigmaMax: 8)
    #expect(abs(exploding.noise(at: 0.25) - 0.02 * pow(400, 0.25)) < 1e-15)
    let preserving = VariancePreserving(.linear(betaMin: 0.1, betaMax: 20))
    let integral = 0.1 * 0.3 + 0.5 * 0.09 * 19.9
    #expect(abs(preserving.signal(at: 0.3) - exp(-0.5 * integral)) < 1e-15)
    #expect(abs(preserving.noise(at: 0.3) - (1 - exp(-integral)).squareRoot()) < 1e-15)
    let cosine = VariancePreserving(.cosine(offset: 0.008))
    let signal = cos(0.5 * .pi * 0.408 / 1.008) / cos(0.5 * .pi * 0.008 / 1.008)
    #expect(abs(cosine.signal(at: 0.4) - signal) < 1e-15)
    #expect(abs(cosine.noise(at: 0.4) - (1 - signal * signal).squareRoot()) < 1e-14)
    #expect(abs(SubVariancePreserving().noise(at: 0.3) - (1 - exp(-integral))) < 1e-15)
    let karras = Karras(sigmaMin: 0.002, sigmaMax: 80, rho: 7)
    let root = pow(0.002, 1 / 7.0) + 0.5 * (pow(80, 1 / 7.0) - pow(0.002, 1 / 7.0))
    #expect(abs(karras.noise(at: 0.5) - pow(root, 7)) < 1e-12)
    #expect(FlowMatching().signal(at: 0.25) == 0.75 && FlowMatching().noise(at: 0.25) == 0.25)
  }

  @Test("processes without noise at the data, or without signal at the noise, say 0 and infinity")
  func ends() {
    for process in [VariancePreserving(), VariancePreserving(.cosine()), VariancePreserving(.linear())] {
      #expect(process.noiseLevel(at: 0) == 0)
    }
    #expect(FlowMatching().noiseLevels == 0...Double.infinity)
    #expect(VariancePreserving(.cosine()).noiseLevel(at: 1) == .infinity)
    // β̄ = 10.05
    #expect(abs(VariancePreserving().noiseLevel(at: 1) / expm1(10.05) - 1) < 1e-12)
  }
}
