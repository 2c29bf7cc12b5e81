import FeynmanKac
import Foundation
import Testing

/// Runs that end before they are done, and go on.
@Suite("checkpoints of fkc run")
struct CheckpointCommandTests {
  private static let config = TinyConfig.text([
    2: "particles: 400", 10: "sampler: {steps: 3000}\ncheckpoint: {every_steps: 40}",
    13: "output: {directory: out, trajectory: {every_steps: 7, particles: 11}}",
  ])

  private static let files = [
    "samples.npy", "log_weights.npy", "ancestors.npy", "genealogy.npy", "trace.csv", "config.yaml",
    "trajectory.npy", "trajectory_parents.npy", "trajectory_log_weights.npy",
  ]

  /// A folder with a run in `whole`, and the beginning of the same one in `out`.
  private func interrupted() throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write("c.yaml", Self.config)
    #expect(try program.run("run", "c.yaml", "--output", "whole", "--progress", "none").status == 0)
    let outcome = try program.run("run", "c.yaml", "--progress", "none", "--stop-after", "0.1s")
    #expect(outcome.status == 75 && outcome.output.isEmpty)
    #expect(
      outcome.errors.wholeMatch(
        of:
          /fkc: interrupted at step (\d+); the checkpoint of step \1 is in out, and --resume goes on from it\n/
      )
        != nil, "\(outcome.errors)")
    return program
  }

  @Test("a run that was stopped goes on to the same bytes, and once it is whole --resume leaves it as it is")
  func resumed() throws {
    let program = try interrupted()
    defer { program.remove() }
    #expect(try program.run("run", "c.yaml", "--resume", "--progress", "none", "--threads", "1").status == 0)
    for file in Self.files {
      #expect(try program.bytes("out/\(file)") == program.bytes("whole/\(file)"), "\(file)")
    }
    #expect(!program.entries().contains { $0.contains("checkpoint") })
    let summary = try program.bytes("out/summary.json")
    let again = try program.run("run", "c.yaml", "--resume")
    #expect(again == .init(status: 0, output: "out\n", errors: ""))
    #expect(try program.bytes("out/summary.json") == summary)
  }

  @Test("what another run left is refused by name, and nothing of it is lost")
  func refused() throws {
    let program = try interrupted()
    defer { program.remove() }
    let before = program.entries()
    for (arguments, words) in [
      (
        [],
        "out: holds the checkpoint of a run that was interrupted; give --resume to go on from it, --overwrite or another folder"
      ),
      (
        ["--resume", "--set", "sampler.steps=2999"],
        "out holds the checkpoint of another run: sampler.steps was 3000 and is 2999 now; give --overwrite or another folder"
      ),
      (
        ["--resume", "--seed", "8"],
        "out holds the checkpoint of another run: seed was 7 and is 8 now; give --overwrite or another folder"
      ),
      (
        ["--resume", "--set", "models.a.mean=[0, 2]"],
        "out holds the checkpoint of another run: models.a.mean was [0.0, 1.0] and is [0.0, 2.0] now; give --overwrite or another folder"
      ),
    ] {
      let outcome = try program.run(["run", "c.yaml", "--progress", "none"] + arguments)
      #expect(outcome == .init(status: 73, output: "", errors: "fkc: \(words)\n"))
      #expect(program.entries() == before)
    }
    let level = Platform.kernelLevel
    if level != "baseline" {
      let outcome = try program.run(
        ["run", "c.yaml", "--progress", "none", "--resume"], environment: ["FKC_KERNEL": "baseline"])
      #expect(
        outcome.status == 73 && outcome.errors.contains("the kernel level was \(level) and is baseline now"))
    }
    // How often the state is stored makes no other run.
    #expect(
      try program.run(
        "run", "c.yaml", "--progress", "none", "--resume", "--set", "checkpoint.every_steps=500"
      )
      .status == 0)
    #expect(try program.bytes("out/samples.npy") == program.bytes("whole/samples.npy"))
    #expect(
      try program.run("run", "c.yaml", "--resume", "--seed", "8").errors
        == "fkc: out holds a run of another config: seed was 7 and is 8 now; give --overwrite or another folder\n"
    )
  }

  @Test("a damaged checkpoint gives way to the older one with a sentence, and two of them to the start")
  func damaged() throws {
    let program = try interrupted()
    defer { program.remove() }
    let folder = program.folder.appendingPathComponent("out/.fkc-checkpoint")
    func damage(_ name: String) throws {
      let file = folder.appendingPathComponent(name)
      var bytes = try Data(contentsOf: file)
      bytes[bytes.count / 2] ^= 16
      try bytes.write(to: file)
    }
    // On a busy machine the first stop comes before the second checkpoint.
    while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("state-1").path) {
      let more = try program.run("run", "c.yaml", "--progress", "none", "--resume", "--stop-after", "0.1s")
      try #require(more.status == 75)
    }
    try damage("state-0")
    let outcome = try program.run(
      "run", "c.yaml", "--progress", "none", "--resume", "--stop-after", "0.001s")
    #expect(outcome.status == 75)
    #expect(
      outcome.errors.contains(
        "state-0: is damaged, or its end is missing\nfkc: the other checkpoint is taken\n"))
    try damage("state-0")
    try damage("state-1")
    let last = try program.run("run", "c.yaml", "--progress", "none", "--resume")
    #expect(
      last.status == 0 && last.errors.contains("fkc: no checkpoint is whole; the run begins at its start\n"))
    for file in Self.files {
      #expect(try program.bytes("out/\(file)") == program.bytes("whole/\(file)"), "\(file)")
    }
  }

  /// Seen to catch: a flipped bit went into the results without a word.
  @Test(
    "a trajectory that was damaged beside its checkpoint begins the run at its start, with a sentence",
    arguments: ["trajectory.npy", "trajectory_parents.npy", "trajectory_log_weights.npy"], [50, 128])
  func damagedTrajectory(_ name: String, place: Int) throws {
    let program = try interrupted()
    defer { program.remove() }
    let file = program.folder.appendingPathComponent("out/.fkc-checkpoint/\(name)")
    var bytes = try Data(contentsOf: file)
    bytes[place] ^= 1
    try bytes.write(to: file)
    let outcome = try program.run("run", "c.yaml", "--progress", "none", "--resume")
    #expect(
      outcome.status == 0
        && outcome.errors.contains(
          "fkc: out/.fkc-checkpoint/\(name) is damaged, which the checkpoint goes with; the run begins at its start\n"
        ), "\(outcome.errors)")
    for file in Self.files {
      #expect(try program.bytes("out/\(file)") == program.bytes("whole/\(file)"), "\(file)")
    }
  }

  @Test("without a checkpoint --resume begins at the start, and a link in its place is not followed")
  func links() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", Self.config)
    try FileManager.default.createDirectory(
      at: program.folder.appendingPathComponent("mine"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      at: program.folder.appendingPathComponent("out"), withIntermediateDirectories: true)
    for name in ["state-0", "state-1", "trajectory.npy"] { try program.write("mine/\(name)", "mine") }
    try FileManager.default.createSymbolicLink(
      atPath: program.folder.path + "/out/.fkc-checkpoint", withDestinationPath: "../mine")
    let outcome = try program.run("run", "c.yaml", "--progress", "none", "--resume")
    #expect(outcome.status == 73, "\(outcome.errors)")
    for name in ["state-0", "state-1", "trajectory.npy"] {
      #expect(try program.text("mine/\(name)") == "mine")
    }
    try FileManager.default.removeItem(atPath: program.folder.path + "/out/.fkc-checkpoint")
    #expect(try program.run("run", "c.yaml", "--progress", "none", "--resume").status == 0)
  }

  @Test(
    "spans of time are read as people write them",
    arguments: ["0", "-1s", "1d", "m", "1m1h", "1 m", "nan", "s", ""])
  func spans(_ text: String) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", Self.config)
    #expect(try program.run("run", "c.yaml", "--stop-after=\(text)").status == 64)
    for good in ["1h", "1h30m", "2.5m", "90", "1m1s"] {
      #expect(try program.run("run", "c.yaml", "--stop-after", good, "--set", "sampler.steps=0").status == 65)
    }
  }
}
