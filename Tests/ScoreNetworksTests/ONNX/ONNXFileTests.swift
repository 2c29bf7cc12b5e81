import Foundation
import ScoreNetworks
import Testing

/// Tensors of ONNX files that lie in other files; none of this needs OpenVINO.
@Suite struct ONNXFileTests {
  private static func bytes(_ name: String) throws -> [UInt8] {
    let resources = try #require(Bundle.module.resourceURL).appendingPathComponent("ONNX")
    return [UInt8](try Data(contentsOf: resources.appendingPathComponent(name)))
  }

  private static func message(_ fields: [(UInt64, [UInt8])]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (number, payload) in fields {
      bytes += varint(number << 3 | 2) + varint(UInt64(payload.count)) + payload
    }
    return bytes
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + varint(value >> 7)
  }

  private static func entry(_ key: String, _ value: String) -> [UInt8] {
    message([(1, Array(key.utf8)), (2, Array(value.utf8))])
  }

  /// A TensorProto whose numbers are elsewhere: field 14 with the number 1.
  private static func tensor(_ entries: [(String, String)]) -> [UInt8] {
    message(entries.map { (13, entry($0.0, $0.1)) }) + [14 << 3, 1]
  }

  // Seen to catch: attributes of nodes, where constants are, not looked into.
  @Test(
    "every place of a tensor is found: initializers, attributes, graphs of branches, sparse ones, functions")
  func places() throws {
    func named(_ name: String) -> [UInt8] { Self.tensor([("location", name)]) }
    let branch = Self.message([(5, named("branch"))])
    let node = Self.message([
      (5, Self.message([(5, named("attribute"))])), (5, Self.message([(10, named("list"))])),
      (5, Self.message([(6, branch)])), (5, Self.message([(22, Self.message([(1, named("sparse"))]))])),
    ])
    let graph = Self.message([(1, node), (5, named("weights")), (5, named("weights"))])
    let function = Self.message([(7, Self.message([(5, Self.message([(5, named("function"))]))]))])
    let file = try ONNXFile(bytes: Self.message([(7, graph), (25, function)]))
    #expect(
      file.externalFiles == ["attribute", "list", "branch", "sparse", "weights", "function"])
  }

  @Test("a file is made whole with the numbers of the file beside it, and then names no other")
  func whole() throws {
    let file = try ONNXFile(bytes: Self.bytes("external.onnx"))
    #expect(file.externalFiles == ["external.onnx.data"])
    let whole = try file.complete(["external.onnx.data": Self.bytes("external.onnx.data")])
    #expect(try ONNXFile(bytes: whole).externalFiles == [])
    // The mean, (1, −½), and the variance, ¼: raw data is field 9.
    func isInside(_ numbers: [Float]) -> Bool {
      let raw = numbers.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { [UInt8]($0) } }
      return Data(whole).range(of: Data([9 << 3 | 2, UInt8(raw.count)] + raw)) != nil
    }
    #expect(isInside([1, -0.5]) && isInside([0.25]))
  }

  @Test("a file without such tensors keeps its bytes")
  func unchanged() throws {
    let bytes = try Self.bytes("network.onnx")
    #expect(try ONNXFile(bytes: bytes).complete([:]) == bytes)
  }

  @Test(
    "a file that is not in the model's folder, or does not hold the tensor, is refused",
    arguments: [
      ([("location", "../secret")], "has a tensor in '../secret', which is not in the file's own folder"),
      ([("location", "a/../../b")], "has a tensor in 'a/../../b', which is not in the file's own folder"),
      ([("location", "/etc/passwd")], "has a tensor in '/etc/passwd', which is not in the file's own folder"),
      ([("offset", "0")], "has a tensor in another file without saying in which"),
      ([("location", "d"), ("offset", "-1")], "has a tensor with the offset '-1' in another file"),
      ([("location", "d"), ("length", "1e3")], "has a tensor with the length '1e3' in another file"),
      ([("location", "d"), ("offset", "5")], "needs 0 bytes of 'd' from 5 on; it has 4"),
      (
        [("location", "d"), ("offset", "2"), ("length", "9223372036854775807")],
        "needs 9223372036854775807 bytes of 'd' from 2 on; it has 4"
      ),
      ([("location", "other")], "has tensors in 'other', which was not read"),
    ])
  func refused(entries: [(String, String)], problem: String) {
    let graph = Self.message([(5, Self.tensor(entries))])
    let error = #expect(throws: ONNXNetworkError.self) {
      try ONNXFile(bytes: Self.message([(7, graph)])).complete(["d": [1, 2, 3, 4]])
    }
    #expect(error?.problem == problem)
    #expect(error?.setting == "file")
  }

  @Test("whatever is cut off or nested without end is refused and never trusted")
  func malformed() throws {
    let bytes = try Self.bytes("external.onnx")
    for length in 1..<bytes.count {
      let names = (try? ONNXFile(bytes: Array(bytes[..<length])))?.externalFiles ?? []
      #expect(names.allSatisfy { $0 == "external.onnx.data" })
    }
    var nested: [UInt8] = []
    for _ in 0..<60 { nested = Self.message([(1, Self.message([(5, Self.message([(6, nested)]))]))]) }
    let deep = #expect(throws: ONNXNetworkError.self) { try ONNXFile(bytes: Self.message([(7, nested)])) }
    #expect(deep?.problem == "is nested more than 100 deep")
    // Two halves of one tensor, which protocol buffers put together: the place in the first, the flag in the second.
    let halves: [(UInt64, [UInt8])] = [
      (5, Self.message([(13, Self.entry("location", "/etc/passwd"))])), (5, [14 << 3, 1]),
    ]
    let node = Self.message([(5, Self.message(halves))])
    let twice = #expect(throws: ONNXNetworkError.self) {
      try ONNXFile(bytes: Self.message([(7, Self.message([(1, node)]))]))
    }
    #expect(twice?.problem == "gives a tensor twice where there can be one")
  }
}
