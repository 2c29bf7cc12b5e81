import FeynmanKac
import ScoreNetworks
import Testing

@Suite struct SafetensorsFuzzTests {
  /// Steele et al. 2014, SplitMix64.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
      return z ^ z >> 31
    }
  }

  private static let snippets: [[UInt8]] =
    [
      "0", "-1", "1e999", "99999999999999999999", "9223372036854775807", "18446744073709551615", "0.5", "-",
      "1E",
      "[", "]", "{", "}", "[[", ",", ":", "\"", "\\", "\\u", #"\ud800"#, #"\ud83d\ude00"#, "\u{0}", "\n", " ",
      "\t",
      "null", "true", "nan", "F32", "F64", "F16", "BF16", "BOOL", "F4", "I64", #""shape":[0],"#, #""a":{},"#,
      "[]", "[0,0]",
      "[4294967296,4294967296]", "é", "e\u{301}", "\u{FEFF}", "__metadata__", "mlp", "egnn", "edm", "format",
      String(repeating: "[", count: 3000), String(repeating: "{\"a\":", count: 500),
      String(repeating: "1", count: 2000),
    ].map { Array($0.utf8) } + [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80]]

  private static let originals: [[UInt8]] = [
    SafetensorsBytes.file(
      metadata: [
        "format": "feynman-kac-network/1", "architecture": "mlp", "prediction": "edm", "dimensions": "2",
        "width": "2",
        "depth": "1", "data_standard_deviation": "1.5", "process": #"{"kind": "karras", "rho": [7, 1e0]}"#,
        "minimum_noise_level": "1e-05", "maximum_noise_level": "16.0",
      ],
      tensors: [("input.weight", [2, 1], [1, 2]), ("input.bias", [2], [3, 4])]),
    SafetensorsBytes.file(
      metadata: [
        "format": "feynman-kac-network/1", "architecture": "egnn", "prediction": "x0", "atoms": "3",
        "width": "2",
        "depth": "1", "classes": "2", "condition_features": "1",
      ]),
    SafetensorsBytes.file(
      #"{"s":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"\u00e9😀":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},"#
        + #""b":{"dtype":"BF16","shape":[1,2],"data_offsets":[12,16]},"i":{"dtype":"I64","shape":[1],"data_offsets":[16,24]},"#
        + #""z":{"dtype":"F32","shape":[3,0],"data_offsets":[24,24]}}   "#,
      data: [UInt8](repeating: 0x3C, count: 24)),
    SafetensorsBytes.file("{}"),
  ]

  private func mutate(_ bytes: inout [UInt8], _ generator: inout Generator) {
    func place(_ end: Int) -> Int { end > 0 ? Int.random(in: 0..<end, using: &generator) : 0 }
    switch Int.random(in: 0..<8, using: &generator) {
    case 0:
      if !bytes.isEmpty { bytes[place(bytes.count)] ^= 1 << UInt8.random(in: 0..<8, using: &generator) }
    case 1:
      if !bytes.isEmpty { bytes[place(bytes.count)] = UInt8.random(in: 0...255, using: &generator) }
    case 2: bytes.removeLast(bytes.count - place(bytes.count + 1))
    case 3:
      let sizes: [UInt64] = [
        0, 1, 2, 8, 100_000_000, 100_000_001, 1 << 63, .max, UInt64(place(bytes.count + 9)),
      ]
      if bytes.count >= 8 {
        bytes.replaceSubrange(
          ..<8, with: SafetensorsBytes.littleEndian(sizes.randomElement(using: &generator)!))
      }
    case 4: bytes += [UInt8](repeating: 0, count: place(9))
    default:
      // An edit of the header that its length follows.
      guard bytes.count >= 8,
        let size = Int(exactly: bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }),
        size <= bytes.count - 8
      else { return }
      let start = 8 + place(size)
      let end = min(start + [0, 0, 1, 1, 2, 5, 20][place(7)], 8 + size)
      let copied = 8 + place(size)
      let text =
        Bool.random(using: &generator)
        ? Self.snippets.randomElement(using: &generator)!
        : Array(bytes[copied..<min(copied + 1 + place(60), 8 + size)])
      bytes.replaceSubrange(start..<end, with: text)
      bytes.replaceSubrange(
        ..<8, with: SafetensorsBytes.littleEndian(UInt64(size - (end - start) + text.count)))
    }
  }

  /// What a reader does with a file: all of it, so that a crash anywhere shows.
  private func read(_ bytes: [UInt8], _ opened: inout Int) throws(FileError) {
    let file = try SafetensorsFile(bytes: bytes, file: "net.safetensors")
    opened += 1
    // The tensors tile the end of the file.
    #expect(file.tensors.reduce(0) { $0 + $1.bytes.count } <= bytes.count - 8)
    #expect(
      zip(file.tensors, file.tensors.dropFirst()).allSatisfy { $0.bytes.upperBound == $1.bytes.lowerBound })
    var failure: FileError?
    for tensor in file.tensors {
      do throws(FileError) {
        let values = try file.floats(tensor.name)
        #expect(values.count == tensor.shape.reduce(1, *) && values.allSatisfy(\.isFinite))
      } catch { failure = error }
    }
    let network = try NetworkFile(file)
    let tensors = NetworkTensors(file)
    _ = try tensors.values("input.weight", shape: [network.settings.dimensions, 1])
    _ = try tensors.values("input.bias", shape: [2])
    try tensors.refuseOthers()
    if let failure { throw failure }
  }

  // Seen to crash when offsets may end 4096 bytes after the file.
  @Test("no bytes crash the reader: 100,000 damaged files are each read or refused in one short sentence")
  func damaged() {
    var generator = Generator(state: 5)
    var opened = 0
    var accepted = 0
    var sentences: Set<String> = []
    for round in 0..<100_000 {
      var bytes = Self.originals[round % Self.originals.count]
      for _ in 0..<Int.random(in: 1...3, using: &generator) { mutate(&bytes, &generator) }
      do throws(FileError) {
        try read(bytes, &opened)
        accepted += 1
      } catch {
        guard error.kind == .malformed, error.path == "net.safetensors", error.problem.utf8.count < 1500
        else {
          Issue.record("round \(round): \(error)")
          return
        }
        sentences.insert(String(error.problem.filter(\.isLetter).prefix(24)))
      }
    }
    // The damage reaches past the first checks, and some of it does no harm.
    #expect(opened > 4000)
    #expect(accepted > 200)
    #expect(sentences.count > 200)
  }
}
