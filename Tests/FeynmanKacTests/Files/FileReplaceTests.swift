import FeynmanKac
import Foundation
import Testing

/// What a single file is written over, and what not.
@Suite struct FileReplaceTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("replace-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode : 0
  }

  @Test("a link is followed, also to a file that is still to be made, and stays")
  func links() throws {
    try withFolder { base in
      for (link, target) in [("a", "file"), ("b", "a"), ("c", "new")] {
        try FileManager.default.createSymbolicLink(atPath: "\(base)/\(link)", withDestinationPath: target)
      }
      try FileBytes.replace("\(base)/file", with: [1])
      try FileBytes.replace("\(base)/b", with: [2])
      try FileBytes.replace("\(base)/c", with: [3])
      #expect(try FileBytes.read("\(base)/file") == [2])
      #expect(try FileBytes.read("\(base)/new") == [3])
      for link in ["a", "b", "c"] { #expect(mode("\(base)/\(link)") & S_IFMT == S_IFLNK) }
      try FileManager.default.createSymbolicLink(atPath: "\(base)/round", withDestinationPath: "round")
      #expect(throws: FileError(.unwritable, "\(base)/round", "Too many levels of symbolic links")) {
        try FileBytes.replace("\(base)/round", with: [4])
      }
    }
  }

  @Test("a pipe with a name is written into, and stays one")
  func pipe() throws {
    try withFolder { base in
      #expect(mkfifo("\(base)/pipe", 0o600) == 0)
      let reader = Process()
      reader.executableURL = URL(fileURLWithPath: "/bin/cat")
      reader.arguments = ["\(base)/pipe"]
      let output = Pipe()
      reader.standardOutput = output
      try reader.run()
      try FileBytes.replace("\(base)/pipe", with: Array("through".utf8))
      #expect(output.fileHandleForReading.readDataToEndOfFile() == Data("through".utf8))
      reader.waitUntilExit()
      #expect(mode("\(base)/pipe") & S_IFMT == S_IFIFO)
    }
  }

  @Test("a device is written into, and stays one", .enabled(if: access("/dev/full", W_OK) == 0))
  func device() throws {
    #expect(throws: FileError(.unwritable, "/dev/full", "No space left on device")) {
      try FileBytes.replace("/dev/full", with: [1])
    }
    try FileBytes.replace("/dev/null", with: [1])
    #expect(mode("/dev/full") & S_IFMT == S_IFCHR && mode("/dev/null") & S_IFMT == S_IFCHR)
  }

  @Test(
    "a file keeps its permissions, another name of it its content, and a planted temporary file nothing loses"
  )
  func files() throws {
    try withFolder { base in
      try FileBytes.replace("\(base)/x", with: [1])
      #expect(chmod("\(base)/x", 0o600) == 0)
      #expect(link("\(base)/x", "\(base)/y") == 0)
      try FileBytes.replace("\(base)/mine", with: [9])
      try FileManager.default.createSymbolicLink(
        atPath: "\(base)/.partial-\(getpid())", withDestinationPath: "mine")
      try FileBytes.replace("\(base)/x", with: [2])
      #expect(mode("\(base)/x") & 0o777 == 0o600)
      #expect(try FileBytes.read("\(base)/y") == [1])
      #expect(try FileBytes.read("\(base)/mine") == [9])
      #expect(throws: FileError(.unwritable, base, "is a folder")) { try FileBytes.replace(base, with: [1]) }
    }
  }

  @Test(
    "a file that may not be written is not replaced", .enabled(if: geteuid() != 0, "root may write any file"))
  func readOnly() throws {
    try withFolder { base in
      try FileBytes.replace("\(base)/x", with: [1])
      #expect(chmod("\(base)/x", 0o400) == 0)
      #expect(throws: FileError(.unwritable, "\(base)/x", "Permission denied")) {
        try FileBytes.replace("\(base)/x", with: [2])
      }
      #expect(try FileBytes.read("\(base)/x") == [1])
    }
  }
}
