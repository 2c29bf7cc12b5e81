import Foundation
import Testing

/// What the machine does not give, known before a run starts.
@Suite struct ResourceTests {
  private func program(_ changes: [Int: String] = [:]) throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write("c.yaml", TinyConfig.text(changes))
    return program
  }

  // Seen to catch: an illegal instruction, with the staging left.
  @Test(
    "a run that memory cannot hold is refused by run, check and sweep, with both figures",
    arguments: [
      ["run", "c.yaml"], ["check", "c.yaml"], ["sweep", "c.yaml", "--seeds", "0", "--output", "out"],
    ])
  func memory(arguments: [String]) throws {
    let program = try program([2: "particles: 1000000000"])
    defer { program.remove() }
    let outcome = try program.shell(
      "ulimit -v 8000000; \"$FKC\" \(arguments.joined(separator: " "))")
    #expect(outcome.status == 65)
    #expect(outcome.output == "")
    let expected =
      /c\.yaml:2: particles: 1000000000 particles of 2 dimensions take at least 56000\.0 MB of memory, but (ulimit -v|this machine|the control group \(cgroup\) of this process) leaves the run \d+\.\d MB; take fewer\n/
    #expect(outcome.errors.wholeMatch(of: expected) != nil, "\(outcome.errors)")
    #expect(program.entries() == ["c.yaml"])
  }

  @Test("one that only just is too much likewise; check prints its plan all the same")
  func nearly() throws {
    let program = try program([2: "particles: 6000000"])
    defer { program.remove() }
    let run = try program.shell("ulimit -v 600000; \"$FKC\" run c.yaml")
    let expected =
      /c\.yaml: a run would hold \d+\.\d MB of memory, but ulimit -v leaves the run \d+\.\d MB; take fewer particles, steps or threads\n/
    #expect(run.status == 65)
    #expect(run.errors.wholeMatch(of: expected) != nil, "\(run.errors)")
    let check = try program.shell("ulimit -v 600000; \"$FKC\" check c.yaml")
    #expect(check.status == 65)
    #expect(check.output.hasPrefix("config          c.yaml\n"))
    #expect(check.errors.wholeMatch(of: expected) != nil, "\(check.errors)")
    #expect(program.entries() == ["c.yaml"])
  }

  @Test(
    "numbers whose bytes no integer holds are refused too",
    arguments: [
      (
        "particles=2147483647 --set sampler.steps=10000000",
        "particles: 2147483647 particles and 10000000 steps are"
      ),
      (
        "particles=2147483647 --set 'output.trajectory={every_steps: 1, particles: 2147483647}'",
        "particles: 2147483647 particles of 2 dimensions take at least"
      ), ("sampler.steps=10000000", "sampler.steps: 10000000 steps take at least"),
    ])
  func absurd(overrides: String, problem: String) throws {
    let program = try program()
    defer { program.remove() }
    let outcome = try program.shell("ulimit -v 2000000; \"$FKC\" check c.yaml --set \(overrides)")
    #expect(outcome.status == 65)
    #expect(outcome.errors.hasPrefix("c.yaml:--set: \(problem) "), "\(outcome)")
  }

  @Test("so is a program for 2147483647 dimensions, which is not asked")
  func absurdProgram() throws {
    let program = try program([
      2: "particles: 2147483647", 6: "  a: {kind: program, command: [none], dimensions: 2147483647}",
      9: "  annealed: {model: a, inverse_temperature: 2}",
    ])
    defer { program.remove() }
    let outcome = try program.run("check", "c.yaml")
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.hasPrefix(
        "c.yaml:2: particles: 2147483647 particles of 2147483647 dimensions take at least "),
      "\(outcome)")
  }

  @Test("threads are no more than blocks, for any number that is asked for")
  func threads() throws {
    let program = try program([2: "particles: 1500"])
    defer { program.remove() }
    // Blocks of an only island are smaller where groups of them learn from each other.
    let radial = ["--set", "sampler.control=radial"]
    #expect(
      try program.run(["run", "c.yaml", "--threads", "1000000", "--progress", "none"] + radial).status == 0)
    #expect(try program.json("out/summary.json")["threads"] as? Int == 3)
    let plan = try program.run(
      "check", "c.yaml", "--threads", "9000000000000000000", "--set", "sampler.control=radial"
    ).output
    #expect(plan.contains("\nthreads         3\n"))
  }

  // Seen to catch: threads that are waited for, for ever.
  @Test("a thread that the system refuses is an error with a sentence")
  func noThread() throws {
    let program = try program([2: "particles: 20000"])
    defer { program.remove() }
    // The superuser has no such limit, and another user may have processes.
    let user = "prlimit --nproc=1 " + (getuid() == 0 ? "setpriv --reuid=64321 --clear-groups" : "")
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: program.folder.path)
    guard try program.shell("\(user) \"$FKC\" --version").status == 0 else {
      print(
        "skipped: there is no prlimit or setpriv, or others cannot run \(CommandLineProgram.executable.path)")
      return
    }
    let outcome = try program.shell(
      "exec timeout 20 \(user) \"$FKC\" run c.yaml --threads 2 --progress none")
    #expect(
      outcome
        == .init(
          status: 65, output: "",
          errors:
            "fkc: the system refused one of 2 threads: Resource temporarily unavailable; take fewer (--threads 1), "
            + "or raise the limit (ulimit -u, ulimit -v, a control group)\n"))
    #expect(program.entries() == ["c.yaml"])
    for command in ["info", "compare c.yaml c.yaml", "check c.yaml"] {
      let outcome = try program.shell("exec timeout 20 \(user) \"$FKC\" \(command)")
      #expect([0, 65].contains(outcome.status), "\(command): \(outcome)")
    }
  }

  // Seen to catch: OpenBLAS, which asks for memory again for ever.
  @Test("where OpenBLAS cannot have its memory it is said so, and nothing waits")
  func noBLAS() throws {
    let program = try program()
    defer { program.remove() }
    let outcome = try program.shell("ulimit -v 200000; exec timeout 20 \"$FKC\" info")
    #expect(outcome.status == 0)
    #expect(
      outcome.output.contains(
        "\nproblem: OpenBLAS cannot be used: it asks for 134.2 MB for each thread, and the limits (ulimit -v, ulimit -d) do "
          + "not leave so much\n"), "\(outcome)")
  }

  @Test("the cores that the process may use are counted, not those of the machine")
  func affinity() throws {
    let program = try program([2: "particles: 20000"])
    defer { program.remove() }
    guard try program.shell("command -v taskset").status == 0 else {
      print("skipped: there is no taskset")
      return
    }
    #expect(try program.shell("taskset -c 0 \"$FKC\" info").output.contains("\nthreads: 1\n"))
    #expect(try program.shell("taskset -c 0 \"$FKC\" check c.yaml").output.contains("\nthreads         1\n"))
  }

  @Test("a level of kernels that there is not is a usage error, naming those that there are")
  func kernel() throws {
    let program = try program()
    defer { program.remove() }
    let outcome = try program.run(["run", "c.yaml"], environment: ["FKC_KERNEL": "weird"])
    #expect(outcome.status == 64)
    #expect(
      outcome.errors.wholeMatch(
        of:
          /fkc: FKC_KERNEL: 'weird': there is no such level; give one of ([a-z0-9]+, )*baseline, or leave it out\n/
      )
        != nil, "\(outcome.errors)")
    #expect(program.entries() == ["c.yaml"])
    for level in ["baseline", ""] {
      #expect(try program.run(["check", "c.yaml"], environment: ["FKC_KERNEL": level]).status == 0)
    }
  }

  // Seen to catch: a search through all folders above the working one.
  @Test("no library is loaded from a folder above the working one")
  func plantedLibrary() throws {
    let program = try program()
    defer { program.remove() }
    let libraries = ".venv-onnx/lib/python3.11/site-packages/openvino/libs"
    let outcome = try program.shell(
      """
      mkdir -p \(libraries) inner .build/inner
      echo '#include <stdio.h>
      __attribute__((constructor)) static void ran(void) { fclose(fopen("ran", "w")); }' > ran.c
      cc -shared -fPIC -o \(libraries)/libopenvino_c.so ran.c || exit 3
      cp \(libraries)/libopenvino_c.so .; cp libopenvino_c.so libopenblas.so.0
      "$FKC" info; cd inner; "$FKC" info; cd ../.build/inner; "$FKC" info
      """)
    guard outcome.status != 3 else {
      print("skipped: there is no C compiler")
      return
    }
    #expect(outcome.status == 0)
    #expect(!program.entries().contains { $0.hasSuffix("/ran") || $0 == "ran" })
  }
}
