import FeynmanKac
import ScoreNetworks
import Testing

// The bound is relative to the largest answer at the same point, and PyTorch's own answers in float32 do not always keep it.
@Suite("Networks against PyTorch")
struct ParityTests {
  @Test(
    "answers are those of float64 to 1e-5, for every condition and noise", arguments: ParityCase.all)
  func answers(parity: ParityCase) throws {
    let question = try NetworkQuestion(parity)
    for (index, point) in parity.points.enumerated() {
      let stacked = try question.answers(to: parity.states[index], parity.conditions, at: point)
      let size = parity.count * parity.dimensions
      for part in parity.conditions.indices {
        let error = relativeError(
          stacked[part * size..<(part + 1) * size], parity.outputs(condition: part, point: index))
        #expect(error < 1e-5, "σ \(point.noise), condition \(part)")
      }
    }
  }

  @Test(
    "one row alone has the answer that it has among others, a graph network's to the byte",
    arguments: ParityCase.all)
  func singleRows(parity: ParityCase) throws {
    let question = try NetworkQuestion(parity)
    let (states, d) = (parity.states[2], parity.dimensions)
    let together = try question.answers(to: states, [parity.conditions.last!], at: parity.points[2])
    for row in 0..<parity.count {
      let alone = try question.answers(
        to: Array(states[row * d..<(row + 1) * d]), [parity.conditions.last!], at: parity.points[2])
      let among = Array(together[row * d..<(row + 1) * d])
      // Matrix products of other shapes may round otherwise.
      #expect(
        question.network is EGNN ? alone == among : relativeError(alone[...], among.map(Double.init)) < 3e-6)
    }
  }

  @Test("rows of a batch of 4096 have their answers as well", arguments: ParityCase.all)
  func longBatch(parity: ParityCase) throws {
    let question = try NetworkQuestion(parity)
    let (long, d) = (parity.long, parity.dimensions)
    let all = try question.answers(to: long.states, [parity.conditions.last!], at: long.point)
    let asked = long.rows.flatMap { all[$0 * d..<($0 + 1) * d] }
    #expect(relativeError(asked[...], long.outputs) < 1e-5)
  }

  private func relativeError(_ values: ArraySlice<Float>, _ exact: [Double]) -> Double {
    precondition(values.count == exact.count)
    let size = exact.map(abs).max()!
    return zip(values, exact).map { abs(Double($0) - $1) }.reduce(0) { $1 > $0 || $1.isNaN ? $1 : $0 } / size
  }
}
