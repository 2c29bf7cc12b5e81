import FeynmanKac
import Foundation
import Testing

@Suite("response of the drift point")
struct PointResponseTests {
  // N(0, s²): S = −A y/(s² + v), so that ρ = s²/(s² + v) at every state. With y' = m y + √V z the products are sums of
  // squares and of products of normals.
  private func measured(spread: Double, level: Double, nextLevel: Double, deviation: Double) -> PointResponse
  {
    var generator = PhiloxGenerator(StreamKey(seed: 3, island: 0, step: 0, purpose: .resampling))
    let count = 20_000
    var product = 0.0
    for _ in 0..<count {
      let y = (spread * spread + level).squareRoot() * normal(&generator)
      let z = normal(&generator)
      let next = 0.9 * y + deviation * z
      product +=
        z * (y * level / (spread * spread + level) - next * nextLevel / (spread * spread + nextLevel))
    }
    var response = PointResponse()
    response.measure(product: product, deviation: deviation, values: Double(count))
    return response
  }

  private func normal(_ generator: inout PhiloxGenerator) -> Double {
    (-2 * log(1 - generator.uniform())).squareRoot() * cos(2 * .pi * generator.uniform())
  }

  @Test(
    "a Gaussian's is measured by the noise of a step, and foreseen later on", arguments: [0.1, 1.0, 30.0])
  func gaussian(level: Double) {
    let nextLevel = 0.9 * level
    let deviation = (level - nextLevel).squareRoot()
    var response = measured(spread: 1.3, level: level, nextLevel: nextLevel, deviation: deviation)
    response.moveOn(pull: 0.1, distance: 0.2)
    response.moveOn(pull: nil, distance: 0)
    let later = 1.69 / (1.69 + nextLevel * exp(-0.2))
    // A draw's product has a standard deviation below (√2 + 0.4) √V: that of (1 − ρ) z² and of what is left of y. Four
    // standard errors over 20,000 draws are 0.052: a false alarm once in 16,000 at most.
    #expect(abs(response.current - later) < 0.052)
    #expect(response.next == 0)
  }

  @Test("the share that is extrapolated stays where two steps are stable")
  func bound() {
    var response = PointResponse()
    response.measure(product: 0, deviation: 1, values: 10)
    response.moveOn(pull: 2, distance: 1)
    #expect(response.next == 0.25)
    response.moveOn(pull: 0.2, distance: 1)
    #expect(response.current == 0.25)
    #expect(response.next == 1)
  }

  @Test("it stays from 0 to 1, and is 0 where nothing is known", arguments: [-30.0, .nan, 5])
  func range(product: Double) {
    var response = PointResponse()
    response.measure(product: product, deviation: 1, values: 10)
    response.moveOn(pull: 0.1, distance: 0.1)
    #expect(response.next == (product == 5 ? 1 : 0))
    response.measure(product: product, deviation: 0, values: 10)
    response.moveOn(pull: 0.1, distance: 0.1)
    #expect(response.next == 0)
  }
}
