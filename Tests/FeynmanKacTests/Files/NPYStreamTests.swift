import FeynmanKac
import Foundation
import Testing

@Suite("NPY files written row by row")
struct NPYStreamTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("stream-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }

  @Test("have the bytes of those written at once, and appear with the others")
  func bytes() throws {
    try withFolder { path in
      let folder = try OutputFolder(path: path, names: ["a.npy"], marker: "done", overwrite: false)
      let stream = try folder.stream("a.npy", of: Float.self, shape: [3, 2])
      for row in 0..<3 { try stream.append([Float(row), 0.5]) }
      try stream.finish()
      try folder.write("done", "")
      #expect(!FileManager.default.fileExists(atPath: path + "/a.npy"))
      try folder.commit()
      let written = try FileBytes.read(path + "/a.npy")
      #expect(written == NPYArray<Float>(shape: [3, 2], values: [0, 0.5, 1, 0.5, 2, 0.5]).fileBytes)
    }
  }

  @Test("are gone with the folder that is discarded, finished or not")
  func discard() throws {
    try withFolder { path in
      let folder = try OutputFolder(path: path, names: [], marker: "done", overwrite: false)
      let stream = try folder.stream("a.npy", of: Int32.self, shape: [2])
      try stream.append([1])
      folder.discard()
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test("name the file that cannot be written")
  func unwritable() throws {
    try withFolder { path in
      let folder = try OutputFolder(path: path, names: [], marker: "done", overwrite: false)
      try FileManager.default.createDirectory(atPath: path + "/a.npy", withIntermediateDirectories: true)
      let error = #expect(throws: FileError.self) { try folder.stream("a.npy", of: Double.self, shape: [1]) }
      #expect(error?.description == "\(path)/a.npy: is a folder")
    }
  }
}
