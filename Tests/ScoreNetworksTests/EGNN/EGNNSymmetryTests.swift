import FeynmanKac
import Foundation
import ScoreNetworks
import Testing

@Suite("EGNN: symmetries")
struct EGNNSymmetryTests {
  /// A rotation about a skew axis, and the same with a reflection.
  static let turns: [[[Double]]] = {
    let (a, b) = (0.7, -1.9)
    let first = [[cos(a), -sin(a), 0], [sin(a), cos(a), 0], [0, 0, 1]]
    let second = [[1, 0, 0], [0, cos(b), -sin(b)], [0, sin(b), cos(b)]]
    let turn = (0..<3).map { i in (0..<3).map { j in (0..<3).reduce(0) { $0 + first[i][$1] * second[$1][j] } }
    }
    return [turn, turn.map { [$0[0], $0[1], -$0[2]] }]
  }()

  // Seen to catch: distances that count one axis 0.1 % more.
  @Test("turned and reflected rows have turned and reflected answers", arguments: ParityCase.all("egnn"))
  func turns(parity: ParityCase) throws {
    let question = try NetworkQuestion(parity)
    for index in [1, 2, 4] {
      let (states, point) = (parity.states[index], parity.points[index])
      let plain = try question.answers(to: states, parity.conditions, at: point)
      for turn in Self.turns {
        let turned = try question.answers(to: Self.apply(turn, states), parity.conditions, at: point)
        // Turning rounds the states: as far as answers follow that, a few times the rounding of one evaluation.
        #expect(distance(turned, Self.apply(turn, plain)) < 3e-5, "σ \(point.noise)")
      }
    }
  }

  @Test("exchanged atoms have exchanged answers where they have no vectors of their own")
  func permutations() throws {
    var seen = 0
    for parity in ParityCase.all("egnn") {
      let question = try NetworkQuestion(parity)
      let atoms = question.graph.settings.atoms
      // Each atom goes to another place: 0 → 1, 2 → 3, …
      let order = (0..<atoms).map { ($0 * (atoms - 1) + 1) % atoms }
      #expect(Set(order).count == atoms && order != Array(0..<atoms))
      let (states, point) = (parity.states[2], parity.points[2])
      let plain = try question.answers(to: states, [parity.conditions[0]], at: point)
      let exchanged = try question.answers(to: exchange(order, states), [parity.conditions[0]], at: point)
      let difference = distance(exchanged, exchange(order, plain))
      if question.graph.settings.hasAtomEmbedding {
        #expect(difference > 1e-3)
      } else {
        #expect(difference < 1e-5, "\(parity)")
        seen += 1
      }
    }
    #expect(seen > 3)
  }

  @Test("a shift of all atoms changes nothing, and answers have no mean", arguments: ParityCase.all("egnn"))
  func shifts(parity: ParityCase) throws {
    let question = try NetworkQuestion(parity)
    let (states, point) = (parity.states[2], parity.points[2])
    let plain = try question.answers(to: states, parity.conditions, at: point)
    let shifted = states.enumerated().map { $1 + [1, -2, 0.5][$0 % 3] }
    #expect(distance(try question.answers(to: shifted, parity.conditions, at: point), plain) < 3e-5)
    let atoms = question.graph.settings.atoms
    let size = plain.map(abs).max()!
    for row in 0..<plain.count / (3 * atoms) {
      for axis in 0..<3 {
        let mean = (0..<atoms).reduce(0) { $0 + plain[3 * (row * atoms + $1) + axis] } / Float(atoms)
        #expect(abs(mean) < 1e-6 * size)
      }
    }
  }

  private static func apply(_ turn: [[Double]], _ rows: [Float]) -> [Float] {
    stride(from: 0, to: rows.count, by: 3).flatMap { start in
      (0..<3).map { i in Float((0..<3).reduce(0) { $0 + turn[i][$1] * Double(rows[start + $1]) }) }
    }
  }

  private func exchange(_ order: [Int], _ rows: [Float]) -> [Float] {
    let atoms = order.count
    return (0..<rows.count / 3).flatMap { place in
      let from = place / atoms * atoms + order[place % atoms]
      return rows[3 * from..<3 * from + 3]
    }
  }

  /// Relative to the largest number.
  private func distance(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).map { abs($0 - $1) }.max()! / b.map(abs).max()!
  }
}
