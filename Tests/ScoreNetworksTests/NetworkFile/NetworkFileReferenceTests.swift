import Foundation
import ScoreNetworks
import Testing

@Suite struct NetworkFileReferenceTests {
  private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../Sources/ScoreNetworks/Documentation.docc/NetworkFiles.md")

  /// Seen to catch: a default of the settings' initialiser that was changed, and a key that was added.
  @Test("the page on network files has the tables that the keys make, each in its section")
  func tables() throws {
    let text = try String(contentsOf: Self.page.standardizedFileURL, encoding: .utf8)
    let sections = text.components(separatedBy: "\n#").map { part in
      part.drop { $0 == "#" || $0 == " " }
    }
    for (section, table) in NetworkFileReference.tables {
      let part = try #require(sections.first { $0.hasPrefix(section + "\n") }, "\(section)")
      #expect(part.contains("\n\(table)\n"), "\(section) should have this table:\n\(table)")
    }
  }
}
