import FeynmanKac
import ScoreNetworks
import Testing

@Suite struct NetworkTensorsTests {
  private func tensors(_ stored: (name: String, shape: [Int], values: [Float])...) throws -> NetworkTensors {
    let bytes = SafetensorsBytes.file(metadata: [:], tensors: stored)
    return NetworkTensors(try SafetensorsFile(bytes: bytes, file: "net.safetensors"))
  }

  @Test("tensors are taken by name and shape, and none may be left")
  func taken() throws {
    let tensors = try tensors(("a", [2, 1], [1, 2]), ("b", [], [3]))
    #expect(try tensors.values("a", shape: [2, 1]) == [1, 2])
    #expect(
      problem { () throws(FileError) in try tensors.refuseOthers() }
        == "tensor 'b': not one of the network that the settings describe; remove it")
    #expect(try tensors.values("b", shape: []) == [3])
    try tensors.refuseOthers()
  }

  @Test("missing, misspelt, of another shape and too many are told apart")
  func faults() throws {
    let tensors = try tensors(
      ("blocks.0.linear1.wieght", [1], [1]), ("blocks.1.linear1.weight", [1], [1]),
      ("blocks.1.linear1.weights", [1], [1]))
    #expect(
      problem { () throws(FileError) in try tensors.values("blocks.0.linear1.weight", shape: [1]) }
        == "tensor 'blocks.0.linear1.weight': missing; is it 'blocks.0.linear1.wieght'?")
    #expect(
      problem { () throws(FileError) in try tensors.values("blocks.2.linear1.weight", shape: [1]) }
        == "tensor 'blocks.2.linear1.weight': missing; the settings need it, of shape [1]")
    #expect(
      problem { () throws(FileError) in try tensors.values("blocks.1.linear1.weight", shape: [1, 1]) }
        == "tensor 'blocks.1.linear1.weight': found shape [1]; the settings need [1, 1]")
    #expect(
      problem { () throws(FileError) in try tensors.refuseOthers() }
        == "tensor 'blocks.0.linear1.wieght': not one of the network that the settings describe; the nearest known is "
        + "'blocks.0.linear1.weight'; 1 more are not either")
  }
}
