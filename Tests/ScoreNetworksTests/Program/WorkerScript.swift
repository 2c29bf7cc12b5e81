import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A program in plain Python that speaks the protocol, or goes wrong in some way.
struct WorkerScript {
  let folder: URL

  /// Reads and writes the messages by hand, as a program without our module would.
  static let prelude = """
    import os, signal, struct, sys, time
    i, o = sys.stdin.buffer, sys.stdout.buffer
    def hello(version=1, dimensions=0, conditions=0, magic=b"FKhi"):
        asked = struct.unpack("<4s3I", i.read(16))
        o.write(struct.pack("<4s3I", magic, version, dimensions, conditions))
        o.flush()
        return asked
    def request():
        header = i.read(48)
        if len(header) < 48: sys.exit(0)
        magic, rows, d, parts, k, zero, t, alpha, sigma = struct.unpack("<4s5I3d", header)
        assert magic == b"FKrq" and zero == 0
        given = struct.unpack(f"<{parts}I", i.read(4 * parts))
        c = struct.unpack(f"<{parts * k}f", i.read(4 * parts * k))
        c = [c[p * k:(p + 1) * k] if given[p] else None for p in range(parts)]
        x = struct.unpack(f"<{rows * d}f", i.read(4 * rows * d))
        return rows, d, c, t, alpha, sigma, x
    def answer(rows, d, parts, values):
        o.write(struct.pack("<4s5I", b"FKrs", 0, rows, d, parts, 0) + struct.pack(f"<{len(values)}f", *values))
        o.flush()
    def refuse(text):
        o.write(struct.pack("<4s5I", b"FKrs", 1, 0, 0, 0, len(text)) + text)
        o.flush()

    """

  /// Answers `2 x`.
  static let doubling = """
    hello()
    while True:
        rows, d, c, t, alpha, sigma, x = request()
        answer(rows, d, len(c), [2 * v for v in x] * len(c))
    """

  init(_ body: String) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("worker-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data((Self.prelude + body + "\n").utf8).write(to: folder.appendingPathComponent("model.py"))
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func lines(_ name: String) -> [String] {
    let bytes = (try? Data(contentsOf: folder.appendingPathComponent(name))) ?? Data()
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Whether a process is still there. One that nobody has waited for is not.
  static func isAlive(_ process: Int32) -> Bool {
    guard kill(process, 0) == 0 else { return false }
    let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return state.map { !$0.contains(") Z ") } ?? true
  }
}
