import FeynmanKac
import Foundation
import Testing

/// What a commit leaves at every step that a process may be killed at, and what others make of it.
@Suite struct FolderCommitTests {
  private static let names = ["data", "extra", "pictures"]

  private func withFolder(_ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("commit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }

  private func entries(_ path: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
  }

  private func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

  private func write(_ path: String, _ text: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }

  private func folder(_ path: String, overwrite: Bool = false) throws -> OutputFolder {
    try OutputFolder(path: path, names: Self.names, marker: "done", overwrite: overwrite)
  }

  private func commit(_ path: String, _ content: String, _ names: [String]) throws {
    let output = try folder(path, overwrite: true)
    for name in names + ["done"] { try output.write(name, content) }
    try output.commit()
  }

  /// Ends a commit of new files over old ones after some steps, as a kill does.
  ///
  /// - Returns: The steps that were taken; nil where the commit came to its end.
  private func killedCommit(_ path: String, after count: Int) throws -> [String]? {
    try commit(path, "old", ["data", "extra"])
    try write("\(path)/pictures/a\nb.svg", "old")
    try write("\(path)/pictures/notes.txt", "mine")
    let output = try folder(path, overwrite: true)
    try output.write("data", "new")
    try output.write("done", "new")
    output.omit("extra")
    for name in try #require(output.entries(of: "pictures")) where name.hasSuffix(".svg") {
      output.omit("pictures/\(name)")
    }
    nonisolated(unsafe) var steps: [String] = []
    output.goesOn = { step in
      guard steps.count < count else { return false }
      steps.append(step)
      return true
    }
    do { try output.commit() } catch { return steps }
    return nil
  }

  /// Every file of one set, none of the other.
  private func expectWhole(_ path: String, _ steps: [String]) throws -> String {
    let content = try #require(text("\(path)/done"), "\(steps)")
    #expect(text("\(path)/data") == content, "\(steps)")
    #expect((text("\(path)/extra") != nil) == (content == "old"), "\(steps)")
    #expect((text("\(path)/pictures/a\nb.svg") != nil) == (content == "old"), "\(steps)")
    #expect(text("\(path)/pictures/notes.txt") == "mine")
    return content
  }

  /// Seen to catch: a marker that was not removed before the first file was put in its place.
  @Test(
    "a commit that is killed at any step leaves the old set or the new one, to readers and to the next writer"
  )
  func killed() throws {
    var outcomes: [String] = []
    for count in 0..<100 {
      try withFolder { base in
        guard let steps = try killedCommit(base, after: count) else { return }
        // As it stands: a marker without files that wait is never beside another set.
        if !FileManager.default.fileExists(atPath: "\(base)/.partial-commit"), text("\(base)/done") != nil {
          _ = try expectWhole(base, steps)
        }
        try withFolder { other in
          let copy = "\(other)/copy"
          try FileManager.default.copyItem(atPath: base, toPath: copy)
          // A writer that may not overwrite takes nothing away, and finishes what was begun.
          #expect(
            throws: FileError(
              .unwritable, copy, "already holds a run (done); give --overwrite or another folder")
          ) {
            try folder(copy)
          }
          if FileManager.default.fileExists(atPath: "\(copy)/.partial-commit") {
            Issue.record("still pending after \(steps)")
          }
          _ = try expectWhole(copy, steps)
        }
        let reader = try WholeFolder(path: base, names: Self.names, marker: "done")
        outcomes.append(try expectWhole(base, steps))
        try reader.check()
        // Nothing hidden is left by the next set.
        try commit(base, "next", ["data"])
        #expect(try entries(base).filter { $0.contains(".partial") } == [], "\(steps)")
      }
      if outcomes.count <= count { break }
    }
    #expect(outcomes.count > 8, "\(outcomes)")
    #expect(
      outcomes == outcomes.sorted(by: >), "the old set until one step, the new one from there: \(outcomes)")
    #expect(Set(outcomes) == ["old", "new"])
  }

  /// As on a disk that became read-only. Seen to catch: a set that was whole in its places, and was refused for its leftovers.
  @Test("where nothing can be finished a set is refused, unless only the clean-up is left")
  func cannotFinish() throws {
    var whole: [String] = []
    for count in 0..<100 {
      try withFolder { base in
        guard let steps = try killedCommit(base, after: count) else { return }
        let (lock, journal) = ("\(base)/.partial-lock", "\(base)/.partial-commit/.journal")
        try? FileManager.default.removeItem(atPath: lock)
        try FileManager.default.createDirectory(atPath: lock, withIntermediateDirectories: true)
        let isBegun = FileManager.default.fileExists(atPath: journal)
        do {
          try WholeFolder(path: base, names: Self.names, marker: "done").check()
          whole.append(try expectWhole(base, steps))
          guard isBegun else { return }
          #expect(steps.last == "place(\"done\")")
          try FileManager.default.removeItem(atPath: journal)
          try WholeFolder(path: base, names: Self.names, marker: "done").check()
        } catch let error as FileError {
          #expect(isBegun && steps.last != "place(\"done\")", "\(steps)")
          #expect(error.problem.contains("cannot be finished (Is a directory)"), "\(error)")
        }
      }
    }
    #expect(whole.first == "old" && whole.last == "new", "\(whole)")
  }

  @Test("a reader notices that a set was replaced while it read")
  func replacedMeanwhile() throws {
    try withFolder { base in
      try commit(base, "old", ["data"])
      let reader = try WholeFolder(path: base, names: Self.names, marker: "done")
      try reader.check()
      try commit(base, "new", ["data"])
      #expect(throws: FileError(.malformed, base, "was replaced by another run meanwhile; try again")) {
        try reader.check()
      }
      #expect(throws: FileError(.unwritable, base, "was replaced by another run meanwhile; try again")) {
        try reader.add("extra", bytes: [1])
      }
      #expect(try entries(base) == ["data", "done"])
    }
  }

  @Test("files without their marker are of no whole set")
  func withoutMarker() throws {
    try withFolder { base in
      try write("\(base)/data", "1")
      #expect(
        throws: FileError(
          .missing, "\(base)/done",
          "no such file; without it data and the files beside it are of no whole run")
      ) { try WholeFolder(path: base, names: Self.names, marker: "done") }
    }
  }

  @Test("one process at a time writes, and what it stages stays whatever another one tries")
  func lock() throws {
    try withFolder { base in
      let first = try folder(base)
      try first.write("data", "1")
      let staged = try entries(base)
      for overwrite in [false, true] {
        #expect(
          throws: FileError(
            .busy, base, "another run is writing there; wait for its end or give another folder")
        ) { try folder(base, overwrite: overwrite) }
      }
      #expect(try entries(base) == staged)
      var asked = 0
      #expect(throws: FileError.self) {
        try OutputFolder(path: base, names: Self.names, marker: "done", overwrite: false) {
          asked += 1
          return asked < 3
        }
      }
      #expect(asked == 3)
      try first.write("done", "1")
      try first.commit()
      #expect(try entries(base) == ["data", "done"])
    }
  }

  @Test("links and other people's files under hidden names stay, and what a killed process staged goes")
  func abandoned() throws {
    try withFolder { base in
      let killed = try folder("\(base)/out")
      try killed.write("data", "1")
      try killed.write("done", "1")
      killed.goesOn = { _ in false }
      #expect(throws: FileError.self) { try killed.commit() }
      #expect(try entries("\(base)/out").contains { $0.hasSuffix("/data") })
      try write("\(base)/docs/data", "mine")
      try write("\(base)/docs/a.svg", "mine")
      try write("\(base)/out/.partial-8/notes", "mine")
      try write("\(base)/out/.partial-file", "mine")
      for (link, target) in [(".partial-3999999", "../docs"), ("pictures", "../docs")] {
        try FileManager.default.createSymbolicLink(
          atPath: "\(base)/out/\(link)", withDestinationPath: target)
      }
      let output = try folder("\(base)/out", overwrite: true)
      try output.write("data", "2")
      try output.write("done", "2")
      output.omit("pictures/a.svg")
      try output.commit()
      #expect(
        try entries(base) == [
          "docs", "docs/a.svg", "docs/data", "out", "out/.partial-3999999", "out/.partial-8",
          "out/.partial-8/notes", "out/.partial-file", "out/data", "out/done", "out/pictures",
        ])
      #expect(text("\(base)/docs/data") == "mine" && text("\(base)/docs/a.svg") == "mine")
    }
  }

  @Test("a planted journal moves and removes nothing outside its folder's own files")
  func plantedJournal() throws {
    for line in [
      "remove ../x", "remove notes", "remove pictures/../../x", "put pictures/../../x", "remove pictures/..",
    ] {
      try withFolder { base in
        try write("\(base)/x", "mine")
        try write("\(base)/out/notes", "mine")
        try write("\(base)/out/.partial-commit/.journal", "fkc commit 1\0\(line)\0end\0")
        #expect(
          throws: FileError(
            .unwritable, "\(base)/out",
            "an earlier run's files cannot be put in their places: .partial-commit is not of a run; remove it"
          )
        ) { try folder("\(base)/out", overwrite: true) }
        #expect(text("\(base)/x") == "mine" && text("\(base)/out/notes") == "mine")
        #expect(!(try entries(base).contains("out/.partial-lock")))
      }
    }
  }

  @Test("a journal of the folder's own files is followed, and a set that lost a file gets no marker")
  func lostFile() throws {
    try withFolder { base in
      try write("\(base)/.partial-commit/.journal", "fkc commit 1\0put data\0put done\0remove extra\0end\0")
      try write("\(base)/.partial-commit/done", "new")
      try write("\(base)/extra", "old")
      #expect(throws: FileError(.missing, "\(base)/done", "no such file")) {
        try WholeFolder(path: base, names: Self.names, marker: "done")
      }
      #expect(try entries(base) == [])
    }
  }

  @Test("what changes in the folder while a set is computed is looked at before the first file is put there")
  func changedMeanwhile() throws {
    func expectFault(_ problem: String, _ change: (String) throws -> Void) throws {
      try withFolder { base in
        let path = "\(base)/out"
        let output = try folder(path)
        try output.write("data", "1")
        try output.write("done", "1")
        try change(path)
        #expect(throws: FileError(.unwritable, path, problem)) { try output.commit() }
        output.discard()
        #expect(try entries(base).allSatisfy { !$0.contains(".partial") && !$0.hasSuffix("done") })
      }
    }
    try expectFault("already holds data, which a run would replace; give --overwrite or another folder") {
      try write("\($0)/data", "mine")
    }
    try expectFault("was removed or renamed while the run went on") {
      try FileManager.default.removeItem(atPath: $0)
    }
    try expectFault(
      "its .partial-lock was removed while the run went on, and another run may be writing there"
    ) {
      try FileManager.default.removeItem(atPath: "\($0)/.partial-lock")
    }
    try withFolder { base in
      let output = try folder("\(base)/out")
      try FileManager.default.removeItem(atPath: "\(base)/out")
      #expect(
        throws: FileError(.unwritable, "\(base)/out/data", "the folder was removed while the run went on")
      ) { try output.write("data", "1") }
    }
  }
}
