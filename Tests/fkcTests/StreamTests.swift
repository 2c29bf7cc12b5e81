import Foundation
import Testing

/// Standard streams that are closed, full or read by nobody, and files that may not grow.
@Suite struct StreamTests {
  private func program(_ changes: [Int: String] = [:]) throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write("c.yaml", TinyConfig.text(changes))
    return program
  }

  // Seen to catch: progress in the header of the trajectory, which had got the number of standard error.
  @Test("what is said on a closed standard error does not end up in a file of the run")
  func closedErrors() throws {
    let program = try program()
    defer { program.remove() }
    let run = """
      "$FKC" run c.yaml --progress plain --set 'output.trajectory={every_steps: 10, particles: 10}'
      """
    #expect(try program.shell("\(run) --output open").status == 0)
    #expect(
      try program.shell("\(run) --output closed 0<&- 2>&-")
        == .init(status: 0, output: "closed\n", errors: ""))
    for name in ["trajectory.npy", "trajectory_parents.npy", "samples.npy", "trace.csv"] {
      #expect(try program.bytes("open/\(name)") == program.bytes("closed/\(name)"), "\(name)")
    }
  }

  @Test(
    "results that standard output does not take end with 73 and say where they are",
    arguments: [
      (">&-", "is closed"), ("> /dev/full", "cannot be written: No space left on device"),
      ("| true", "cannot be written: Broken pipe"),
    ])
  func output(redirection: String, problem: String) throws {
    let program = try program()
    defer { program.remove() }
    let outcome = try program.shell(
      "{ sleep 0.1; \"$FKC\" run c.yaml --progress none; echo $? > status; } \(redirection); sleep 0.3")
    // Before it, what the run itself has to say.
    #expect(
      outcome.errors.split(separator: "\n").last.map(String.init)
        == "fkc: standard output \(problem); the results are in out")
    #expect(try program.text("status") == "73\n")
    #expect(program.entries().contains("out/summary.json"))
  }

  @Test(
    "nor are schema, help and version lost in silence", arguments: ["schema", "--help", "--version", "info"])
  func others(command: String) throws {
    let program = try program()
    defer { program.remove() }
    #expect(
      try program.shell("\"$FKC\" \(command) > /dev/full")
        == .init(
          status: 73, output: "",
          errors: "fkc: standard output cannot be written: No space left on device\n"))
  }

  // Seen to catch: death by SIGPIPE, with the staging left.
  @Test(
    "a run whose progress nobody reads any longer goes on",
    arguments: ["| head -c1 > /dev/null", "> /dev/full"])
  func progress(redirection: String) throws {
    let program = try program([10: "sampler: {steps: 3000}"])
    defer { program.remove() }
    _ = try program.shell(
      "{ \"$FKC\" run c.yaml --progress plain --no-report 2>&1 >/dev/null; echo $? > status; } \(redirection)"
    )
    #expect(try program.text("status") == "0\n")
    #expect(program.entries().contains("out/summary.json"))
  }

  // Seen to catch: death by SIGXFSZ, with the staging left.
  @Test("a file that grows longer than ulimit -f allows ends a run with 73 and leaves nothing")
  func fileSize() throws {
    let program = try program()
    defer { program.remove() }
    // Of 51,200 bytes, which the trace passes and nothing before it, were it not for the checkpoints of a slow run.
    let outcome = try program.shell(
      "ulimit -f 100; \"$FKC\" run c.yaml --progress none --set sampler.steps=6000 --set checkpoint.every_steps=6000 --no-report"
    )
    #expect(outcome == .init(status: 73, output: "", errors: "fkc: out/trace.csv: File too large\n"))
    #expect(program.entries() == ["c.yaml"])
  }
}
