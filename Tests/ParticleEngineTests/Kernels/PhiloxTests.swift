import CKernels
import ParticleEngine
import Testing

@Suite("Philox")
struct PhiloxTests {
  /// Counter, key and result of Random123's `kat_vectors`, "philox 4x32 10".
  private static let known: [(counter: [UInt32], key: [UInt32], words: [UInt32])] = [
    (
      [0, 0, 0, 0], [0, 0],
      [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
    ),
    (
      [.max, .max, .max, .max], [.max, .max],
      [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
    ),
    (
      [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
      [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
    ),
  ]

  @Test("the known answers of Random123 come out")
  func knownAnswers() {
    for (counter, key, words) in Self.known {
      var result = [UInt32](repeating: 0, count: 4)
      fk_philox4x32_10(counter, key, &result)
      #expect(result == words)
      let key64 = UInt64(key[1]) << 32 | UInt64(key[0])
      let swift = PhiloxGenerator.words(counter: (counter[0], counter[1], counter[2], counter[3]), key: key64)
      #expect([swift.0, swift.1, swift.2, swift.3] == words)
    }
  }

  @Test("the bulk kernel is the scalar one, counter by counter", arguments: KernelLevel.available)
  func bulk(level: KernelLevel) {
    let seed: UInt64 = 0x1234_5678_9abc_def0
    for count in [0, 1, 3, 4, 63, 64, 65, 1001] {
      var words = [UInt32](repeating: 0, count: count + 1)
      level.kernels.fill_philox(&words, count, seed, .max, 0x8000_0001, 5)
      for index in 0..<count {
        let exact = PhiloxGenerator.words(counter: (UInt32(index / 4), .max, 0x8000_0001, 5), key: seed)
        #expect(words[index] == [exact.0, exact.1, exact.2, exact.3][index % 4])
      }
      #expect(words[count] == 0)
    }
  }
}
