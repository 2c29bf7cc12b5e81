import CKernels
import Foundation
import ParticleEngine
import Testing

@Suite("files of state")
struct StateExchangeTests {
  private func crc(_ bytes: [UInt8], _ body: (UInt32, UnsafeRawPointer?, Int) -> UInt32) -> UInt32 {
    bytes.withUnsafeBytes { body(0, $0.baseAddress, $0.count) }
  }

  // The check value of CRC-32C, and one of RFC 3720, B.4: 32 bytes of zeros.
  @Test("the checksum is CRC-32C, with the processor's instruction and without")
  func checksum() {
    #expect(crc(Array("123456789".utf8)) { fk_crc32c($0, $1, $2) } == 0xE306_9283)
    #expect(crc(Array(repeating: 0, count: 32)) { fk_crc32c($0, $1, $2) } == 0x8A91_36AA)
    var bytes: [UInt8] = []
    for count in 0..<100 {
      #expect(
        crc(bytes) { fk_crc32c($0, $1, $2) } == crc(bytes) { fk_crc32c_by_tables($0, $1, $2) }, "\(count)")
      bytes.append(UInt8(truncatingIfNeeded: count &* 89 &+ 17))
    }
  }

  private func inFile(_ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "fkc-state-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  private func write(_ path: String, _ body: (StateExchange) throws -> Void) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(descriptor) }
    let writer = StateFileWriter(descriptor, shownAs: path)
    try body(StateExchange(to: writer))
    try writer.finish()
  }

  @Test("what is written is read back by the same list, in parts, of any size")
  func roundTrip() throws {
    struct State {
      var count = 7
      var wide = (0..<200_000).map { Double($0) }
      var list: [Int32] = [3, 1, 2]
      mutating func exchange(_ state: StateExchange) throws {
        try state.value("count", &count)
        try state.within("part") { try state.array("list", &list) }
        try wide.withUnsafeMutableBufferPointer { try state.rows("wide", $0.baseAddress!, count: $0.count) }
      }
    }
    try inFile { path in
      var state = State()
      try write(path) { try state.exchange($0) }
      var other = State(count: 0, wide: Array(repeating: 0, count: 200_000), list: [])
      let reader = try StateFileReader(path)
      try reader.verify()
      try other.exchange(StateExchange(from: reader))
      #expect(other.count == 7 && other.list == [3, 1, 2] && other.wide == state.wide)
      var fewer = State(count: 0, wide: Array(repeating: 0, count: 1), list: [])
      #expect(throws: FileError.self) { try fewer.exchange(StateExchange(from: StateFileReader(path))) }
      var count = 0
      #expect(throws: FileError.self) {
        try StateExchange(from: StateFileReader(path)).value("number", &count)
      }
    }
  }

  @Test("no flipped bit and no shorter or longer file is taken for a whole one")
  func damage() throws {
    try inFile { path in
      var numbers = (0..<40).map { Double($0) }
      try write(path) { state in try state.array("numbers", &numbers) }
      let good = try Data(contentsOf: URL(fileURLWithPath: path))
      func isWhole(_ bytes: Data) throws -> Bool {
        try bytes.write(to: URL(fileURLWithPath: path))
        return (try? StateFileReader(path).verify()) != nil
      }
      #expect(try isWhole(good))
      for bit in 0..<8 * good.count {
        var bad = good
        bad[bit / 8] ^= 1 << (bit % 8)
        #expect(try !isWhole(bad), "bit \(bit)")
      }
      for length in 0..<good.count { #expect(try !isWhole(good.prefix(length)), "\(length) bytes") }
      #expect(try !isWhole(good + [0]))
    }
  }
}
