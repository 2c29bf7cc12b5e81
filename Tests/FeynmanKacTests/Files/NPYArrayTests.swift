import FeynmanKac
import Foundation
import Testing

@Suite struct NPYArrayTests {
  /// Bytes as NumPy writes them: version 1.0 with a header of this text.
  private func file(_ header: String, _ numbers: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let text = Array(header.utf8) + [0x0A]
    let length: [UInt8] =
      version == 1
      ? [UInt8(text.count & 0xFF), UInt8(text.count >> 8)]
      : [UInt8(text.count & 0xFF), UInt8(text.count >> 8), 0, 0]
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + numbers
  }

  private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).npy")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }

  private func bytes<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
    numbers.flatMap { number in withUnsafeBytes(of: number) { Array($0) } }
  }

  @Test("what is written is read back, whatever the shape", arguments: [[6], [2, 3], [1, 2, 3], [0, 4]])
  func roundTrip(shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let values: [Double] = (0..<count).map { 0.1 * Double($0) - 1e300 * Double($0 % 2) }
    let array = NPYArray(shape: shape, values: values)
    try withFile(array.fileBytes) { path in
      let read = try NPYArray<Double>(file: path)
      #expect(read.shape == shape)
      #expect(read.values == values)
    }
  }

  @Test("a file is what NumPy writes: its header ends at a multiple of 64 bytes")
  func header() {
    let bytes = NPYArray<Float>(shape: [3], values: [1, 2, 3]).fileBytes
    #expect(bytes.count == 128 + 12)
    #expect(
      String(decoding: bytes[10..<127], as: UTF8.self).trimmingCharacters(in: .whitespaces)
        == "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }")
    #expect(bytes[127] == 0x0A)
  }

  @Test("Fortran order is turned into rows")
  func fortranOrder() throws {
    let columns = [1, 4, 2, 5, 3, 6].map { Float($0).bitPattern.littleEndian }
    let bytes = file("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", bytes(columns))
    try withFile(bytes) { path in
      let values = try NPYArray<Float>(file: path).values
      #expect(values == [1, 2, 3, 4, 5, 6])
    }
  }

  @Test("big-endian numbers, other widths and version 2.0 are read")
  func otherTypes() throws {
    let big = file(
      "{'descr': '>f8', 'fortran_order': False, 'shape': (2,), }",
      bytes([1.5, -2.0].map { $0.bitPattern.bigEndian }),
      version: 2)
    try withFile(big) { path in
      let values = try NPYArray<Float>(file: path).values
      #expect(values == [1.5, -2])
    }
    let small = file(
      "{\"descr\": \"<i4\", \"fortran_order\": False, \"shape\": (2,)}",
      bytes([Int32(7), -8].map(\.littleEndian)))
    try withFile(small) { path in
      let integers = try NPYArray<Int64>(file: path)
      #expect(integers.values == [7, -8])
      let numbers = try NPYArray<Double>(file: path)
      #expect(numbers.values == [7, -8])
    }
  }

  @Test("files that are not what they should be are refused in a sentence")
  func refusals() throws {
    let numbers = bytes([Float(1).bitPattern, Float(2).bitPattern])
    let cases: [([UInt8], String)] = [
      (Array("hello, world".utf8), "is not an NPY file; its first bytes are not \\x93NUMPY"),
      ([], "is not an NPY file; its first bytes are not \\x93NUMPY"),
      (
        file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", numbers, version: 4),
        "has NPY version 4.0; 1.0 to 3.0 are read"
      ),
      (Array(file("{'descr': '<f4'", [])[..<14]), "ends inside its header"),
      (
        file("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", numbers),
        "holds 8 bytes of numbers; its shape [3] needs 12"
      ),
      (
        file("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", numbers),
        "holds 8 bytes of numbers; its shape [1] needs 4"
      ),
      (
        file("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", numbers),
        "holds numbers of type '<c8'; float32, float64, int32 and int64 are read"
      ),
      (
        file("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", numbers),
        "has an impossible shape [4611686018427387904, 4]"
      ),
      (
        file("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,), }", numbers),
        "has a header that cannot be read: {'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,), }\n"
      ),
    ]
    for (bytes, sentence) in cases {
      try withFile(bytes) { path in
        #expect(throws: FileError(.malformed, path, sentence)) { try NPYArray<Float>(file: path) }
      }
    }
    try withFile(file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", numbers)) { path in
      #expect(throws: FileError(.malformed, path, "holds floating-point numbers; integers are needed")) {
        try NPYArray<Int64>(file: path)
      }
    }
    #expect(throws: FileError(.missing, "/nowhere/x.npy", "no such file")) {
      try NPYArray<Float>(file: "/nowhere/x.npy")
    }
  }

  /// Seen to catch: what was not `True` was taken for `False`, and columns for rows.
  @Test(
    "a header of which a letter was damaged is refused, as NumPy does",
    arguments: [
      "{'descr': '<f4', 'fortran_order': Tsue, 'shape': (2,), }",
      "{'descr': '<f4', 'fortran_order': Falsd, 'shape': (2,), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,$ }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': ( 1 1, 2), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } $",
      "{'descr': '<f4', 'fortran_orde2': False, 'shape': (2,), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'shape': (2,), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}",
      "[{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)", "{'descr': '<f4", "",
    ])
  func damagedHeader(_ header: String) throws {
    try withFile(file(header, bytes([Float(1).bitPattern, 2]))) { path in
      let problem = "has a header that cannot be read: \((header + "\n").prefix(80))"
      #expect(throws: FileError(.malformed, path, problem)) { try NPYArray<Float>(file: path) }
    }
  }

  @Test("whole numbers that do not fit are refused, not wrapped")
  func integerRange() throws {
    let header = "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }"
    try withFile(file(header, bytes([Int64(Int32.max), Int64(Int32.min)]))) { path in
      let values = try NPYArray<Int32>(file: path).values
      #expect(values == [.max, .min])
    }
    try withFile(file(header, bytes([Int64(Int32.max) + 1, 0]))) { path in
      #expect(throws: FileError(.malformed, path, "holds whole numbers beyond the range of Int32")) {
        _ = try NPYArray<Int32>(file: path)
      }
    }
  }

  @Test("a number that no float32 is is refused as that, and infinity stays what it is")
  func floatRange() throws {
    let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"
    for (number, text) in [(1e300, "1e+300"), (-3.5e38, "-3.5e+38")] {
      try withFile(file(header, bytes([(0.5 as Double).bitPattern, number.bitPattern]))) { path in
        let problem = "holds \(text) as number 1 from 0, outside of float32's range, ±3.4e38"
        #expect(throws: FileError(.malformed, path, problem)) { try NPYArray<Float>(file: path) }
        let doubles = try NPYArray<Double>(file: path).values
        #expect(doubles == [0.5, number])
      }
    }
    try withFile(file(header, bytes([Double.infinity.bitPattern, Double.leastNonzeroMagnitude.bitPattern]))) {
      path in
      let values = try NPYArray<Float>(file: path).values
      #expect(values == [.infinity, 0])
    }
  }

  /// Read as a whole first, either would take more memory than there is.
  @Test("a header is judged before the numbers are read, however large the file")
  func sparse() throws {
    try withFile([]) { path in
      #expect(truncate(path, 1 << 40) == 0)
      let problem = "is not an NPY file; its first bytes are not \\x93NUMPY"
      #expect(throws: FileError(.malformed, path, problem)) { try NPYArray<Float>(file: path) }
    }
    try withFile(file("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 3), }", [])) { path in
      #expect(truncate(path, 1 << 40) == 0)
      let found = (1 << 40) - 10 - 60
      let problem = "holds \(found) bytes of numbers; its shape [4, 3] needs 48"
      #expect(throws: FileError(.malformed, path, problem)) { try NPYArray<Float>(file: path) }
    }
    let axes = String(repeating: "1, ", count: 65)
    try withFile(file("{'descr': '<f4', 'fortran_order': False, 'shape': (\(axes)), }", [0, 0, 0, 0])) {
      path in
      #expect(throws: FileError(.malformed, path, "has 65 axes; at most 64 are read")) {
        try NPYArray<Float>(file: path)
      }
    }
    try withFile([0x93] + Array("NUMPY".utf8) + [2, 0, 0xFF, 0xFF, 0xFF, 0x7F]) { path in
      let problem = "states a header of 2147483647 bytes; at most 1048576 are read"
      #expect(throws: FileError(.malformed, path, problem)) { try NPYArray<Float>(file: path) }
    }
  }
}
