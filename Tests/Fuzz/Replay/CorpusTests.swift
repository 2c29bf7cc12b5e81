import Foundation
import FuzzEntries
import Testing

/// Inputs that the fuzzer kept, read as it reads them.
@Suite("corpora of the fuzzer", .serialized)
struct CorpusTests {
  private static let corpora = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Corpora")

  private static func inputs(of target: FuzzTarget) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: corpora.appendingPathComponent(target.name), includingPropertiesForKeys: nil
    ).sorted { $0.path < $1.path }
  }

  @Test("no input ends the process, and some are taken and some refused", arguments: FuzzTarget.all)
  func replay(_ target: FuzzTarget) throws {
    var taken = 0
    var refused = 0
    for input in try Self.inputs(of: target) {
      do {
        try target.read(Array(Data(contentsOf: input)))
        taken += 1
      } catch { refused += 1 }
    }
    #expect(taken > 0 && refused > 0, "\(target.name): \(taken) taken, \(refused) refused")
  }

  @Test("every corpus is that of a target")
  func names() throws {
    let found = try FileManager.default.contentsOfDirectory(atPath: Self.corpora.path)
    #expect(found.sorted() == FuzzTarget.all.map(\.name).sorted())
  }
}
