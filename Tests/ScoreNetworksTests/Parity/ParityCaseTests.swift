import FeynmanKac
import ScoreNetworks
import Testing

@Suite struct ParityCaseTests {
  @Test(
    "every case's file is read, and its rows, conditions and answers are of the sizes that its settings give")
  func sizes() throws {
    #expect(ParityCase.all("mlp").count == 12)
    #expect(ParityCase.all("egnn").count == 8)
    for parity in ParityCase.all {
      let file = try parity.file()
      #expect(file.settings.dimensions == parity.dimensions)
      #expect(parity.states.allSatisfy { $0.count == parity.count * parity.dimensions })
      #expect(
        parity.outputs.count
          == parity.conditions.count * parity.points.count * parity.count * parity.dimensions)
      #expect(parity.singlePrecisionErrors.count == parity.conditions.count * parity.points.count)
      #expect(parity.long.outputs.count == parity.long.rows.count * parity.dimensions)
      for condition in parity.conditions {
        #expect(file.settings.embedding.conditioning.problem(with: condition) == nil, "\(parity)")
      }
      for tensor in file.contents.tensors {
        #expect(try file.contents.floats(tensor.name).count == tensor.shape.reduce(1, *))
      }
    }
  }
}
