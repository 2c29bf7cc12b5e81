import FeynmanKac
import Foundation
import Testing

/// Rewards that a program of the user's own answers for.
@Suite struct ProgramRewardTests {
  /// `r(x) = x₀/2` and its gradient, by plain Python that speaks the protocol by hand; `broken` spoils an answer.
  static func script(broken: String = "pass") -> String {
    """
    import struct, sys
    i, o = sys.stdin.buffer, sys.stdout.buffer
    i.read(16)
    o.write(struct.pack("<4s3I", b"FKhi", 1, 2, 0)); o.flush()
    while True:
        header = i.read(24)
        if len(header) < 24: break
        magic, rows, d, wanted, _ = struct.unpack("<4s3IQ", header)
        assert magic == b"FKrw"
        x = struct.unpack(f"<{rows * d}f", i.read(4 * rows * d))
        values = [0.5 * x[d * row] for row in range(rows)]
        slopes = ([0.5] + [0.0] * (d - 1)) * rows
        head = struct.pack("<4s5I", b"FKrs", 0, rows, d, 1 + wanted, 0)
        \(broken)
        o.write(head + struct.pack(f"<{rows}d", *values) + (struct.pack(f"<{rows * d}f", *slopes) if wanted else b""))
        o.flush()

    """
  }

  private func program(_ more: String = "", script: String = script()) throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write("reward.py", script)
    try program.write(
      "c.yaml",
      """
      seed: 1
      particles: 4096
      process: {kind: variance-exploding, sigma_min: 0.01, sigma_max: 20}
      models: {q: {kind: gaussian, mean: [0, 0], standard_deviation: 1}}
      target:
        annealed: {model: q, inverse_temperature: 2}
        reward: {kind: program, command: [python3, reward.py]\(more)}
      sampler: {steps: 64}

      """)
    return program
  }

  private func sample(_ program: CommandLineProgram, to folder: String, _ more: String...) throws
    -> CommandLineProgram.Outcome
  {
    try program.run(
      ["run", "c.yaml", "--output", folder, "--no-report", "--progress", "none", "--allow-programs"] + more)
  }

  /// The exact log Z, of data under the noise at the path's end, is in a 95 % interval widened twice: a false alarm in 10,000 runs.
  /// Seen to catch: gradients read a row too short.
  @Test(
    "log Z under a program's reward is the exact one, with gradients and without, for any threads and workers"
  )
  func normalizer() throws {
    let variance = 1.0001
    let exact = log(Double.pi * variance) - 2 * log(2 * Double.pi * variance) + variance / 16
    for more in ["", ", gradient: true, workers: 2"] {
      let program = try program(more)
      defer { program.remove() }
      #expect(try sample(program, to: "one", "--threads", "1").status == 0)
      #expect(try sample(program, to: "two", "--threads", "2").status == 0)
      let summary = try program.json("one/summary.json")
      let interval = try #require(summary["log_normalizer_interval"] as? [Double])
      #expect(
        abs(exact - 0.5 * (interval[0] + interval[1])) < interval[1] - interval[0], "\(more) \(interval)")
      #expect(interval[1] - interval[0] < 0.1)
      #expect(try program.bytes("one/samples.npy") == program.bytes("two/samples.npy"))
      // What was stored runs again to the same bytes, from anywhere.
      let again = try program.run([
        "run", "one/config.yaml", "--output", "again", "--no-report", "--progress", "none",
        "--allow-programs",
      ])
      #expect(again.status == 0, "\(again.errors)")
      #expect(try program.bytes("one/samples.npy") == program.bytes("again/samples.npy"))
    }
  }

  @Test("a program is started with consent alone, and a check says what it did not look at")
  func consent() throws {
    let program = try program()
    defer { program.remove() }
    let run = try program.run(["run", "c.yaml", "--output", "out"])
    #expect(run.status == 65)
    #expect(
      run.errors.hasPrefix(
        "c.yaml:7: target.reward.command: a run would start the program 'python3 reward.py'; "))
    let check = try program.run(["check", "c.yaml"])
    #expect(check.status == 0)
    #expect(
      check.output.contains("not checked: target.reward: the program 'python3 reward.py' was not started"))
  }

  @Test("a program that answers nonsense ends the run, which says what it did")
  func trouble() throws {
    for (broken, words) in [
      ("values[0] = float('nan')", "the reward returned a value that is not finite at step 0"),
      (
        "head = struct.pack('<4s5I', b'FKrs', 0, rows, d, 3, 0)",
        "the reward failed at step 0 (t = 1.0): 'python3 reward.py' answered with shape"
      ),
      (
        "o.write(struct.pack('<4s5I', b'FKrs', 1, rows, d, 1, 4) + b'help'); o.flush(); continue",
        "'python3 reward.py' reported: help"
      ),
      ("sys.exit(3)", "'python3 reward.py' ended with status 3 before it had answered"),
    ] {
      let program = try program(script: Self.script(broken: broken))
      defer { program.remove() }
      let outcome = try sample(program, to: "out")
      #expect(outcome.status == 70)
      #expect(outcome.errors.contains(words), "\(broken): \(outcome.errors)")
      #expect(!program.entries().contains("out/summary.json"))
    }
  }

  @Test("a stored config is refused where the program has changed")
  func pinned() throws {
    let program = try program()
    defer { program.remove() }
    #expect(try sample(program, to: "out").status == 0)
    try program.write("reward.py", Self.script() + "# changed\n")
    let outcome = try program.run(["run", "out/config.yaml", "--output", "again", "--allow-programs"])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("target.reward.pinned: 'reward.py' has changed"))
  }
}
