import FeynmanKac
import Foundation
import Testing

@Suite struct OutputFolderTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("folder-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }

  private func entries(_ path: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
  }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private func folder(_ path: String, overwrite: Bool = false) throws -> OutputFolder {
    try OutputFolder(path: path, names: ["data"], marker: "done", overwrite: overwrite)
  }

  @Test("files appear when they are committed, and not before")
  func commit() throws {
    try withFolder { base in
      let output = try folder("\(base)/a/b")
      try output.write("data", "1")
      try output.write("done", "2")
      #expect(try entries(base).filter { !$0.contains(".partial") } == ["a", "a/b"])
      try output.commit()
      #expect(try entries(base) == ["a", "a/b", "a/b/data", "a/b/done"])
      #expect(try text("\(base)/a/b/data") == "1")
    }
  }

  @Test("what is discarded leaves nothing, not even the folders made for it")
  func discard() throws {
    try withFolder { base in
      let output = try folder("\(base)/a/b")
      try output.write("data", "1")
      output.discard()
      #expect(try entries(base) == [])
      // Somebody else's file keeps its folder.
      let second = try folder("\(base)/a/b")
      try "mine".write(toFile: "\(base)/a/notes", atomically: false, encoding: .utf8)
      second.discard()
      #expect(try entries(base) == ["a", "a/notes"])
    }
  }

  @Test("old results stay whole until the new ones are")
  func overwrite() throws {
    try withFolder { base in
      let first = try folder(base)
      try first.write("data", "old")
      try first.write("done", "old")
      try first.commit()
      #expect(
        throws: FileError(
          .unwritable, base, "already holds a run (done); give --overwrite or another folder")
      ) { try folder(base) }
      let second = try folder(base, overwrite: true)
      try second.write("data", "new")
      try second.write("done", "new")
      #expect(try text("\(base)/data") == "old")
      second.discard()
      #expect(try entries(base) == ["data", "done"])
      #expect(try text("\(base)/done") == "old")
      let third = try folder(base, overwrite: true)
      try third.write("data", "new")
      try third.write("done", "new")
      try third.commit()
      #expect(try text("\(base)/data") == "new")
      #expect(try entries(base) == ["data", "done"])
    }
  }

  @Test("a folder below a file, and a folder in a file's place, cannot be written")
  func unwritable() throws {
    try withFolder { base in
      try "x".write(toFile: "\(base)/file", atomically: false, encoding: .utf8)
      #expect(throws: FileError(.unwritable, "\(base)/file/a", "\(base)/file is not a folder")) {
        try folder("\(base)/file/a")
      }
      try FileManager.default.createDirectory(atPath: "\(base)/out/data", withIntermediateDirectories: true)
      let output = try folder("\(base)/out", overwrite: true)
      #expect(throws: FileError(.unwritable, "\(base)/out/data", "is a folder")) {
        try output.write("data", "1")
      }
    }
  }

  @Test("a single file is replaced whole, or stays")
  func replace() throws {
    try withFolder { base in
      try FileBytes.replace("\(base)/x", with: [1, 2])
      try FileBytes.replace("\(base)/x", with: [3])
      #expect(try FileBytes.read("\(base)/x") == [3])
      #expect(throws: FileError(.unwritable, "\(base)/none/x", "No such file or directory")) {
        try FileBytes.replace("\(base)/none/x", with: [1])
      }
      #expect(try entries(base) == ["x"])
    }
  }
}
