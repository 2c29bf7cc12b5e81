import FeynmanKac
import ScoreNetworks
import Testing

// The bound is relative to the largest answer at the same point, and PyTorch's own answers in float32 do not always keep it.
@Suite("EGNN against PyTorch")
struct EGNNParityTests {
  @Test(
    "answers are those of float64 to 1e-5, for every condition and noise", arguments: ParityCase.all("egnn"))
  func answers(parity: ParityCase) throws {
    let question = try EGNNQuestion(parity)
    for (index, point) in parity.points.enumerated() {
      let stacked = question.answers(to: parity.states[index], parity.conditions, at: point)
      let size = parity.count * parity.dimensions
      for part in parity.conditions.indices {
        let error = relativeError(
          stacked[part * size..<(part + 1) * size], parity.outputs(condition: part, point: index))
        #expect(error < 1e-5, "σ \(point.noise), condition \(part)")
      }
    }
  }

  @Test(
    "one row alone has the answer that it has among others, to the byte", arguments: ParityCase.all("egnn"))
  func singleRows(parity: ParityCase) throws {
    let question = try EGNNQuestion(parity)
    let (states, d) = (parity.states[2], parity.dimensions)
    let together = question.answers(to: states, [parity.conditions.last!], at: parity.points[2])
    for row in 0..<parity.count {
      let alone = question.answers(
        to: Array(states[row * d..<(row + 1) * d]), [parity.conditions.last!], at: parity.points[2])
      #expect(alone == Array(together[row * d..<(row + 1) * d]))
    }
  }

  @Test("rows of a batch of 4096 have their answers as well", arguments: ParityCase.all("egnn"))
  func longBatch(parity: ParityCase) throws {
    let question = try EGNNQuestion(parity)
    let (long, d) = (parity.long, parity.dimensions)
    let all = question.answers(to: long.states, [parity.conditions.last!], at: long.point)
    let asked = long.rows.flatMap { all[$0 * d..<($0 + 1) * d] }
    #expect(relativeError(asked[...], long.outputs) < 1e-5)
  }

  private func relativeError(_ values: ArraySlice<Float>, _ exact: [Double]) -> Double {
    precondition(values.count == exact.count)
    let size = exact.map(abs).max()!
    return zip(values, exact).map { abs(Double($0) - $1) }.reduce(0) { $1 > $0 || $1.isNaN ? $1 : $0 } / size
  }
}
