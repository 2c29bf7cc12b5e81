import FeynmanKac
import Foundation
import Testing

/// What plain samples tell of how wide the data and its modes are.
@Suite("the spread of modes")
struct ModeSpreadTests {
  private static func normals(_ count: Int, seed: UInt64) -> [Double] {
    var generator = PhiloxGenerator(StreamKey(seed: seed, island: 0, block: 0, step: 0, purpose: .check))
    return (0..<count).map { _ in
      let (u, v) = (generator.uniform(), generator.uniform())
      return (-2 * log(1 - u)).squareRoot() * cos(2 * .pi * v)
    }
  }

  // The scores of a Gaussian are a straight line, so that no noise of the samples is in its apartness.
  @Test("a Gaussian is one population, whatever its widths")
  func gaussian() {
    let widths = [0.3, 1, 4]
    let states = Self.normals(300, seed: 1).enumerated().map { Float(widths[$0.offset % 3] * $0.element) }
    let scores = states.enumerated().map {
      -Double($0.element) / (widths[$0.offset % 3] * widths[$0.offset % 3])
    }
    let spread = ModeSpread(states: states, scores: scores, dimensions: 3, level: 0)
    // The widest direction is nearly the last coordinate's.
    #expect(spread.apartness < 1.05)
    let variances = widths.map { $0 * $0 }
    let mean = variances.reduce(0, +) / 3
    // Variances of 100 normals each, 4.5 standard errors of what the widest has.
    #expect(abs(spread.total / mean - 1) < 4.5 * (2.0 / 100).squareRoot())
    #expect(abs(spread.within / mean - 1) < 4.5 * (2.0 / 100).squareRoot())
  }

  // Two modes of width 0.5 at ±3, along the diagonal of ten dimensions: coordinates by themselves show a sixth of it.
  // Seen to catch: coordinates alone looked at (6.4).
  @Test("modes apart are several populations, in whatever direction")
  func modes() {
    let (d, count) = (10, 200)
    let normals = Self.normals(d * count, seed: 2)
    let offset = 3 / Double(d).squareRoot()
    var (states, scores) = ([Float](), [Double]())
    for row in 0..<count {
      let side = row % 2 == 0 ? offset : -offset
      for j in 0..<d {
        let own = 0.5 * normals[row * d + j]
        states.append(Float(side + own))
        scores.append(-own / 0.25)
      }
    }
    let spread = ModeSpread(states: states, scores: scores, dimensions: d, level: 0)
    // Along the diagonal 9.25 and 1/0.25.
    #expect(spread.apartness > 20, "\(spread)")
    #expect(abs(spread.within / 0.25 - 1) < 0.15 && abs(spread.total / (0.25 + 0.9) - 1) < 0.15, "\(spread)")
    let noisy = ModeSpread(states: states, scores: scores, dimensions: d, level: 0.1)
    #expect(
      abs(noisy.within - (spread.within - 0.1)) < 1e-9 && abs(noisy.total - (spread.total - 0.1)) < 1e-9)
  }
}
