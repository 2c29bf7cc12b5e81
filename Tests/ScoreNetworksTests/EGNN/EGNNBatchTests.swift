import Dispatch
import FeynmanKac
import ScoreNetworks
import Testing

@Suite("EGNN: batches")
struct EGNNBatchTests {
  @Test(
    "an answer depends neither on the row's place, nor on other rows, conditions and threads, to the byte",
    arguments: ParityCase.all("egnn"))
  func independence(parity: ParityCase) throws {
    let question = try NetworkQuestion(parity)
    let (d, point) = (parity.dimensions, parity.points[3])
    let rows = parity.states.flatMap { $0 }
    let all = try question.answers(to: rows, parity.conditions, at: point)
    let reversed = stride(from: rows.count - d, through: 0, by: -d).flatMap { rows[$0..<$0 + d] }
    let condition = parity.conditions.count - 1
    let alone = try question.answers(to: reversed, [parity.conditions[condition]], at: point)
    let part = Array(all[condition * rows.count..<(condition + 1) * rows.count])
    #expect(
      stride(from: rows.count - d, through: 0, by: -d).flatMap { alone[$0..<$0 + d] } == part)

    nonisolated(unsafe) var results = [[Float]](repeating: [], count: 8)
    results.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let slots = buffer
      DispatchQueue.concurrentPerform(iterations: slots.count) {
        slots[$0] = (try? question.answers(to: rows, parity.conditions, at: point)) ?? []
      }
    }
    #expect(results.allSatisfy { $0 == all })
  }

  @Test("a row with NaN has answers of NaN and spoils no other row", arguments: ParityCase.all("egnn"))
  func notANumber(parity: ParityCase) throws {
    let question = try NetworkQuestion(parity)
    let (d, point) = (parity.dimensions, parity.points[2])
    let states = parity.states[2]
    let clean = try question.answers(to: states, [parity.conditions[0]], at: point)
    var damaged = states
    damaged[2 * d + 4] = .nan
    let answers = try question.answers(to: damaged, [parity.conditions[0]], at: point)
    // The axis that is NaN makes all distances of its atom NaN, and so every atom's push.
    #expect(answers[2 * d..<3 * d].contains { $0.isNaN })
    #expect(answers[..<(2 * d)] == clean[..<(2 * d)] && answers[(3 * d)...] == clean[(3 * d)...])
  }

  @Test("scratch memory does not grow with the rows")
  func workspace() throws {
    let network = try NetworkQuestion(ParityCase.all("egnn")[0]).graph
    #expect(network.workspaceSize(rows: 1, conditions: 2) == network.workspaceSize(rows: 4096, conditions: 2))
    #expect(network.workspaceSize(rows: 1, conditions: 1) > 0)
  }
}
