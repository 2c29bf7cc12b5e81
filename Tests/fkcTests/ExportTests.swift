import FeynmanKac
import Foundation
import Testing

/// Files for other programs, of runs and of `fkc export`. ArviZ reads the NetCDF in Python/tests.
@Suite struct ExportTests {
  private static let config = TinyConfig.text([
    2: "particles: 240", 6: "  a: {kind: gaussian, mean: [0, 1, 2, 3, 4, 5], standard_deviation: 1.0}", 7: "",
    9: "  annealed: {model: a, inverse_temperature: 2.0}",
    13: "output: {directory: out, formats: [npz, xyz], species: [Ar, C]}",
  ])

  private func program(_ changes: (String, String)...) throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write("c.yaml", changes.reduce(Self.config) { $0.replacing($1.0, with: $1.1) })
    return program
  }

  /// The frames of an XYZ file, read as its format says.
  private func frames(_ text: String) -> [(comment: String, species: [String], positions: [Float])] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()[...]
    var frames: [(String, [String], [Float])] = []
    while let count = lines.popFirst().flatMap({ Int($0) }) {
      let comment = String(lines.popFirst()!)
      let rows = lines.prefix(count).map { $0.split(separator: " ") }
      lines = lines.dropFirst(count)
      frames.append((comment, rows.map { String($0[0]) }, rows.flatMap { $0.dropFirst().map { Float($0)! } }))
    }
    return frames
  }

  // Seen to catch: numbers with six digits, axes of atoms exchanged, a frame left out.
  @Test("frames of XYZ have the numbers of the arrays, to the last bit")
  func xyz() throws {
    let program = try program()
    defer { program.remove() }
    #expect(try program.run("run", "c.yaml", "--progress", "none").status == 0)
    let frames = frames(String(decoding: try program.bytes("out/samples.xyz"), as: UTF8.self))
    let samples = try NPYArray<Float>(file: "\(program.folder.path)/out/samples.npy")
    let logWeights = try NPYArray<Double>(file: "\(program.folder.path)/out/log_weights.npy").values
    let ancestors = try NPYArray<Int64>(file: "\(program.folder.path)/out/ancestors.npy").values
    #expect(frames.count == 240)
    #expect(frames.flatMap(\.positions) == samples.values)
    for (particle, frame) in frames.enumerated() {
      #expect(frame.species == ["Ar", "C"])
      #expect(
        frame.comment == "Properties=species:S:1:pos:R:3 particle=\(particle) "
          + "log_weight=\(logWeights[particle]) ancestor=\(ancestors[particle]) pbc=\"F F F\"")
    }
  }

  // Seen to catch: an archive without its genealogy, dates of the clock, arrays without their header.
  @Test("an archive of NumPy holds the arrays' own bytes, the same each time")
  func npz() throws {
    let program = try program()
    defer { program.remove() }
    _ = try program.run("run", "c.yaml", "--progress", "none")
    let archive = try program.bytes("out/samples.npz")
    #expect(
      try program.shell("python3 -m zipfile -t out/samples.npz && python3 -m zipfile -e out/samples.npz x")
        .status
        == 0)
    #expect(
      program.entries().filter { $0.hasPrefix("x/") } == [
        "x/ancestors.npy", "x/genealogy.npy", "x/log_weights.npy", "x/samples.npy",
      ])
    for name in ["samples", "log_weights", "ancestors", "genealogy"] {
      #expect(try program.bytes("x/\(name).npy") == program.bytes("out/\(name).npy"), "\(name)")
    }
    // The clock of an archive's dates has steps of two seconds.
    Thread.sleep(forTimeInterval: 2.1)
    _ = try program.run("run", "c.yaml", "--progress", "none", "--overwrite")
    #expect(try program.bytes("out/samples.npz") == archive)
  }

  @Test("a run that is done can be written too, into its folder or elsewhere, with the same bytes")
  func exports() throws {
    let program = try program()
    defer { program.remove() }
    _ = try program.run("run", "c.yaml", "--progress", "none")
    for (format, name) in [("npz", "samples.npz"), ("xyz", "samples.xyz")] {
      let bytes = try program.bytes("out/\(name)")
      try FileManager.default.removeItem(at: program.folder.appendingPathComponent("out/\(name)"))
      #expect(
        try program.run("export", "out", "--format", format)
          == .init(status: 0, output: "out/\(name)\n", errors: ""))
      #expect(try program.bytes("out/\(name)") == bytes)
      #expect(try program.run("export", "out", "--format", format, "--output", "e").output == "e\n")
      #expect(try program.bytes("e") == bytes)
    }
    _ = try program.run("export", "out", "--format", "xyz", "--species", "O")
    #expect(
      frames(String(decoding: try program.bytes("out/samples.xyz"), as: UTF8.self))[0].species == ["O", "O"])
    #expect(try program.run("report", "out").status == 0)
  }

  @Test("files of an earlier run go with it, and a run without a genealogy is whole")
  func switches() throws {
    let program = try program()
    defer { program.remove() }
    _ = try program.run("run", "c.yaml", "--progress", "none")
    try program.write(
      "c.yaml", Self.config.replacing("formats: [npz, xyz], species: [Ar, C]", with: "genealogy: false"))
    #expect(try program.run("run", "c.yaml", "--progress", "none", "--overwrite").status == 0)
    let names = program.entries().filter { $0.hasPrefix("out/") }
    #expect(!names.contains { $0.contains("genealogy") || $0.contains("samples.npz") || $0.contains("xyz") })
    #expect(try program.run("report", "out").status == 0)
    #expect(try program.run("run", "c.yaml", "--progress", "none", "--resume").status == 0)
    _ = try program.run("run", "c.yaml", "--progress", "none", "--seed", "8", "--output", "other")
    #expect(try program.run("merge", "out", "other", "--output", "both").status == 0)
    #expect(!program.entries().contains("both/genealogy.npy"))
    #expect(try program.run("report", "both").status == 0)
  }

  @Test("merges write what the config asks for")
  func merged() throws {
    let program = try program()
    defer { program.remove() }
    for seed in ["1", "2"] {
      _ = try program.run("run", "c.yaml", "--progress", "none", "--seed", seed, "--output", "r\(seed)")
    }
    #expect(try program.run("merge", "r1", "r2", "--output", "both").status == 0)
    let frames = frames(String(decoding: try program.bytes("both/samples.xyz"), as: UTF8.self))
    #expect(
      frames.flatMap(\.positions)
        == (try NPYArray<Float>(file: "\(program.folder.path)/both/samples.npy").values))
  }

  @Test(
    "what cannot be written is said before the run",
    arguments: [
      ("[npz, xyz]", "[xyz, xyz]", "13: output.formats.1: 'xyz' is there twice"),
      ("[npz, xyz]", "[pdb]", "13: output.formats.0: found 'pdb'; give one of npz, netcdf, xyz"),
      (
        "[Ar, C]", "[Ar, C, C]",
        "13: output.species: found 3 elements for 2 atoms; give one for each, or one for all"
      ),
      (
        "[Ar, C]", "ar", "13: output.species: found 'ar'; give elements, such as C or Ar"
      ),
      (
        "[0, 1, 2, 3, 4, 5]", "[0, 1]",
        "13: output.formats: xyz has rows of atoms in three dimensions; those of this run have d = 2"
      ),
    ])
  func faults(_ before: String, _ after: String, _ words: String) throws {
    let program = try program((before, after))
    defer { program.remove() }
    #expect(
      try program.run("run", "c.yaml") == .init(status: 65, output: "", errors: "c.yaml:\(words)\n"))
  }

  @Test("a disk that is full, a damaged run and a wrong word leave all as it was")
  func exportFaults() throws {
    let program = try program()
    defer { program.remove() }
    _ = try program.run("run", "c.yaml", "--progress", "none")
    let before = program.entries()
    for (options, status) in [
      (["--format", "xyz", "--output", "/dev/full"], 73), (["--format", "npz", "--output", "/dev/full"], 73),
      (["--format", "pdb"], 64), (["--format", "xyz", "--species", "C,,H"], 65),
      (["--format", "npz", "--output", "out/samples.npy"], 64),
      (["--format", "npz", "--output", "no/where"], 73),
    ] {
      let outcome = try program.run(["export", "out"] + options)
      #expect(Int(outcome.status) == status, "\(options): \(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
    #expect(program.entries() == before)
    try Data([1, 2, 3]).write(to: program.folder.appendingPathComponent("out/log_weights.npy"))
    let outcome = try program.run("export", "out", "--format", "npz")
    #expect(outcome.status == 65)
    #expect(outcome.errors.hasPrefix("fkc: out/log_weights.npy"))
  }
}
