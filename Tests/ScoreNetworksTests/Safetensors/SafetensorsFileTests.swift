import FeynmanKac
import ScoreNetworks
import Testing

@Suite struct SafetensorsFileTests {
  private func read(_ header: String, _ data: [UInt8] = []) throws(FileError) -> SafetensorsFile {
    try SafetensorsFile(bytes: SafetensorsBytes.file(header, data: data), file: "net.safetensors")
  }

  private func one(_ type: String, _ data: [UInt8], shape: String? = nil, size: Int) throws(FileError)
    -> [Float]
  {
    let shape = shape ?? "[\(data.count / size)]"
    let header = "{\"a\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[0,\(data.count)]}}"
    return try read(header, data).floats("a")
  }

  // MARK: - What is read

  @Test("tensors come in the order of their bytes, whatever the header's, and spaces may end the header")
  func order() throws {
    let file = try read(
      #"{"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"__metadata__":{"k\u00e9\ud83d\ude00":"\"v\""},"#
        + #""a":{"data_offsets":[0,8],"shape":[2,1],"dtype":"F32"},"e":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}   "#,
      [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0x40, 0x40])
    #expect(file.tensors.map(\.name) == ["a", "e", "b"])
    #expect(file.metadata == ["ké😀": "\"v\""])
    #expect(file.tensor("a")?.shape == [2, 1])
    #expect(file.tensor("b")?.type == .float32)
    #expect(try file.floats("a") == [1, -2])
    #expect(try file.floats("b") == [3])
    #expect(try file.floats("e") == [])
    #expect(try read("{}").tensors.isEmpty)
  }

  @Test("a single number has no axes")
  func scalar() throws {
    #expect(try one("F32", [0, 0, 0x80, 0x3F], shape: "[]", size: 4) == [1])
  }

  @Test("every half and every bfloat16 number is the float of the same value")
  func halves() throws {
    // Normal: (1 + m/1024) 2^(e−15); denormal: m 2^(−24).
    var bytes: [UInt8] = []
    var expected: [Float] = []
    for bits in UInt16.min...UInt16.max where bits & 0x7C00 != 0x7C00 {
      bytes += SafetensorsBytes.littleEndian(bits)
      let (exponent, fraction) = (Int(bits >> 10 & 31), Float(bits & 1023))
      let size: Float =
        exponent == 0
        ? fraction * 0x1p-24
        : (1 + fraction / 1024) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
      expected.append(bits >> 15 == 1 ? -size : size)
    }
    #expect(try one("F16", bytes, size: 2).map(\.bitPattern) == expected.map(\.bitPattern))

    bytes = []
    expected = []
    for bits in UInt16.min...UInt16.max where bits & 0x7F80 != 0x7F80 {
      bytes += SafetensorsBytes.littleEndian(bits)
      expected.append(Float(bitPattern: UInt32(bits) << 16))
    }
    #expect(try one("BF16", bytes, size: 2).map(\.bitPattern) == expected.map(\.bitPattern))
  }

  @Test("doubles are rounded to the nearest float")
  func doubles() throws {
    let values = [0.1, -1e-300, 1.0 + 0x1p-24 + 0x1p-40, 3.4028234e38]
    let bytes = values.flatMap { SafetensorsBytes.littleEndian($0.bitPattern) }
    #expect(try one("F64", bytes, size: 8) == [0.1, -0.0, 1 + 0x1p-23, 3.4028234e38])
  }

  // MARK: - What is refused

  static let faults: [(header: String, data: Int, problem: String)] = [
    ("[1]", 0, "its header does not start with '{'; is it a safetensors file?"),
    ("", 0, "its header does not start with '{'; is it a safetensors file?"),
    (" {}", 0, "its header does not start with '{'; is it a safetensors file?"),
    ("{}\n", 0, "its header does not end with '}' and spaces"),
    ("{", 0, "its header does not end with '}' and spaces"),
    ("{}}", 0, "its header at byte 2: found '}' where the end should be"),
    (#"{"a" 1}"#, 0, "its header at byte 5: found '1' where ':' should be"),
    (#"{"a":[1 2]}"#, 0, "its header at byte 8: found '2' where ',' or ']' should be"),
    (#"{"a":01}"#, 0, "its header at byte 6: found '1' where ',' or '}' should be"),
    (#"{"a":-}"#, 0, "its header at byte 6: found '}' where a digit should be"),
    (#"{"a":NaN}"#, 0, "its header at byte 5: found 'N' where a value should be"),
    (#"{a:1}"#, 0, "its header at byte 1: found 'a' where a key in double quotes should be"),
    (
      #"{"a":"\x"}"#, 0,
      #"its header at byte 7: found 'x' where one of "\/bfnrtu after a backslash should be"#
    ),
    (#"{"\ud800":1}"#, 0, "its header at byte 4: found half of a surrogate pair"),
    (#"{"\udc00\ud800":1}"#, 0, "its header at byte 4: found half of a surrogate pair"),
    ("{\"a\tb\":1}", 0, "its header at byte 3: found a control character inside a string"),
    (
      "{\"a\":\(String(repeating: "[", count: 100_000))\(String(repeating: "]", count: 100_000))}", 0,
      "its header at byte 20: found lists and objects more than 15 deep"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\u0061":{}}"#, 0,
      "its header at byte 53: found the key 'a' a second time"
    ),
    (
      #"{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, 0,
      "its header at byte 19: found the key 'dtype' a second time"
    ),
    (#"{"__metadata__":[]}"#, 0, "__metadata__: found a list; give an object of texts"),
    (#"{"__metadata__":{"n":1}}"#, 0, #"__metadata__: 'n' is 1; give a text, such as "1""#),
    (#"{"a":7}"#, 0, "tensor 'a': found 7; give an object of dtype, shape and data_offsets"),
    (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "tensor 'a': data_offsets is missing"),
    (#"{"a\u001b":{"shape":[1]}}"#, 4, #"tensor 'a\u{1b}': dtype is missing"#),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"strides":[1]}}"#, 4,
      "tensor 'a': unknown key 'strides'; give dtype, shape and data_offsets alone"
    ),
    (
      #"{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}"#, 4,
      "tensor 'a': dtype is 'f32'; known are BOOL, F4, F6_E2M3, F6_E3M2, U8, I8, F8_E5M2, F8_E4M3, F8_E8M0, I16, U16, "
        + "F16, BF16, I32, U32, F32, C64, F64, I64, U64"
    ),
    (
      #"{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}"#, 4,
      "tensor 'a': shape is 1; give a list of whole numbers"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4,
      "tensor 'a': shape has -1 in it; give whole numbers from 0 to 9223372036854775807"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, 4,
      "tensor 'a': shape has 1.0 in it; give whole numbers from 0 to 9223372036854775807"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}"#, 4,
      "tensor 'a': data_offsets has 99999999999999999999 in it; give whole numbers from 0 to 9223372036854775807"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}"#, 4,
      "tensor 'a': data_offsets has 1 numbers; give its start and end"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4,
      "tensor 'a': data_offsets end at 0, before their start at 4"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, 0,
      "tensor 'a': its shape [4294967296, 4294967296] is larger than any file"
    ),
    (
      #"{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}"#, 2,
      "tensor 'a': [3] numbers of type F4 do not fill whole bytes"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4,
      "tensor 'a': data_offsets hold 4 bytes; shape [2] of F32 needs 8"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4,
      "tensor 'a': data_offsets end at 8; the file has 4 bytes of tensors"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, 3,
      "tensor 'a': starts at byte 1, after a gap from the end at 0"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#,
      3,
      "tensor 'b': starts at byte 1, before the end of 'a' at 2"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}"#,
      3,
      "tensor 'b': starts at byte 2, after a gap from the end of 'a' at 1"
    ),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 4, "has 3 bytes after its last tensor"),
  ]

  @Test("each fault of a header is named", arguments: faults.indices)
  func fault(_ index: Int) {
    let fault = Self.faults[index]
    let data = [UInt8](repeating: 0, count: fault.data)
    #expect(problem { () throws(FileError) in try read(fault.header, data) } == fault.problem)
  }

  @Test("a length that the file does not have is refused before anything is read")
  func lengths() {
    let cases: [(bytes: [UInt8], problem: String)] = [
      ([], "has 0 bytes; a safetensors file has at least 10"),
      ([1, 0, 0, 0, 0, 0, 0], "has 7 bytes; a safetensors file has at least 10"),
      (
        [9, 0, 0, 0, 0, 0, 0, 0, 0x7B],
        "states a header of 9 bytes; only 1 follow; is it cut short?"
      ),
      (
        [UInt8](repeating: 0xFF, count: 16),
        "states a header of 18446744073709551615 bytes; at most 100000000 are read; is it a safetensors file?"
      ),
      (
        Array("version https://git-lfs".utf8),
        "states a header of 2336927755350992246 bytes; at most 100000000 are read; is it a safetensors file?"
      ),
    ]
    for (bytes, sentence) in cases {
      #expect(
        problem { () throws(FileError) in try SafetensorsFile(bytes: bytes, file: "net.safetensors") }
          == sentence)
    }
  }

  @Test("bytes that are not UTF-8 are refused, over-long forms and surrogates included")
  func encoding() {
    for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]] {
      let header = Array("{\"a".utf8) + bytes + Array("\":1}".utf8)
      let file = SafetensorsBytes.littleEndian(UInt64(header.count)) + header
      #expect(
        problem { () throws(FileError) in try SafetensorsFile(bytes: file, file: "net.safetensors") }
          == "its header at byte 3: found bytes that are not UTF-8")
    }
  }

  @Test("numbers that are not finite, also once they are floats, are named with their place")
  func notFinite() {
    let nan = SafetensorsBytes.littleEndian(Float.nan.bitPattern)
    #expect(
      problem { () throws(FileError) in
        try one("F32", [UInt8](repeating: 0, count: 20) + nan, shape: "[2,3]", size: 4)
      } == "tensor 'a': found nan at [1, 2]; give finite numbers")
    #expect(
      problem { () throws(FileError) in try one("BF16", [0x80, 0xFF], size: 2) }
        == "tensor 'a': found -inf at [0]; give finite numbers")
    #expect(
      problem { () throws(FileError) in try one("F16", [0, 0, 0, 0x7C], size: 2) }
        == "tensor 'a': found inf at [1]; give finite numbers")
    #expect(
      problem { () throws(FileError) in
        try one("F64", SafetensorsBytes.littleEndian((1e39).bitPattern), shape: "[]", size: 8)
      } == "tensor 'a': found 1e+39 at []; give finite numbers of magnitude up to 3.4028235e+38")
  }

  @Test("whole numbers are read as a tensor and not as floats; a tensor that is not there has a nearest one")
  func floats() {
    #expect(
      problem { () throws(FileError) in try one("I64", [UInt8](repeating: 0, count: 8), size: 8) }
        == "tensor 'a': found dtype I64; give F64, F32, F16 or BF16")
    #expect(
      problem { () throws(FileError) in
        try read(#"{"weight":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#).floats("wieght")
      } == "tensor 'wieght': missing; did you mean 'weight'?")
  }
}
