import Foundation
import Testing

/// Which runs `fkc sweep` makes of its arguments, and what they are called.
@Suite struct SweepGridTests {
  private func program() throws -> CommandLineProgram {
    let program = try CommandLineProgram()
    try program.write("c.yaml", TinyConfig.text())
    return program
  }

  /// The folders of a sweep that nothing was run of, without the sweep's own.
  private func folders(_ program: CommandLineProgram, _ arguments: String...) throws -> [String] {
    let outcome = try program.run(["sweep"] + arguments + ["--output", "s", "--dry-run"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!program.entries().contains("s"), "a dry run writes nothing")
    return outcome.output.split(separator: "\n").map { line in
      #expect(line.hasPrefix("run  s/"))
      return String(line.dropFirst("run  s/".count))
    }
  }

  @Test("every config, value and seed is combined, seeds fastest, configs slowest")
  func combinations() throws {
    let program = try program()
    defer { program.remove() }
    try program.write("d.yml", TinyConfig.text())
    let found = try folders(
      program, "c.yaml", "d.yml", "--set", "sampler.steps=60, 70", "--set", "correction=none", "--seeds",
      "18446744073709551614-18446744073709551615,3")
    let seeds = ["18446744073709551614", "18446744073709551615", "3"]
    let expected = ["c", "d"].flatMap { config in
      ["60", "70"].flatMap { steps in
        seeds.map { "\(config)/steps=\(steps)/correction=none/seed=\($0)" }
      }
    }
    #expect(found == expected)
  }

  @Test("values are split at commas outside brackets, braces and quotations")
  func splitting() throws {
    let program = try program()
    defer { program.remove() }
    #expect(
      try folders(
        program, "c.yaml", "--set",
        "sampler={steps: 60, grid: time},{steps: 70}", "--seeds",
        "0")
        == [
          "c/sampler=%7Bsteps%3A%2060,%20grid%3A%20time%7D/seed=0",
          "c/sampler=%7Bsteps%3A%2070%7D/seed=0",
        ])
    #expect(
      try folders(program, "c.yaml", "--set", "models.a.mean=[0,1],[2,3]", "--seeds", "0")
        == ["c/mean=[0,1]/seed=0", "c/mean=[2,3]/seed=0"])
    let gaussian = "{kind: gaussian, mean: [0.0, 1.0], standard_deviation: 1.0}"
    try program.write(
      "c.yaml",
      TinyConfig.text([
        6: "  'x,y': \(gaussian)",
        7: "  \"p, \\\"q\": \(gaussian)\n  it's: \(gaussian)\n  'a'',b': \(gaussian)",
        9: "  annealed: {model: it's, inverse_temperature: 2}",
      ]))
    #expect(
      try folders(
        program, "c.yaml", "--set", #"target.annealed.model='x,y',"p, \"q", it's,'a'',b'"#, "--seeds", "0")
        == [
          "c/model=%27x,y%27/seed=0", "c/model=%22p,%20%5C%22q%22/seed=0", "c/model=it%27s/seed=0",
          "c/model=%27a%27%27,b%27/seed=0",
        ])
  }

  @Test("a folder is called by as many keys as tell its setting from the others and from the seed")
  func labels() throws {
    let program = try program()
    defer { program.remove() }
    #expect(
      try folders(
        program, "c.yaml", "--set", "models.a.data_standard_deviation=1", "--set",
        "models.b.data_standard_deviation=2", "--set", "sampler.steps=60", "--seeds", "0")
        == ["c/a.data_standard_deviation=1/b.data_standard_deviation=2/steps=60/seed=0"])
  }

  @Test("long values have short folders, and values that differ at their end have different ones")
  func longValues() throws {
    let program = try program()
    defer { program.remove() }
    let zeros = String(repeating: "0", count: 100)
    let found = try folders(
      program, "c.yaml", "--set", "models.a.mean=[0.\(zeros)1, 0],[0.\(zeros)2, 0]", "--seeds", "0")
    #expect(Set(found).count == 2)
    for folder in found {
      let component = folder.split(separator: "/")[1]
      #expect(component.utf8.count == 80)
      #expect(component.hasPrefix("mean=[0.00") && component.contains("~"))
    }
  }

  @Test("a config may be called like a table, or like a hidden file")
  func configNames() throws {
    let program = try program()
    defer { program.remove() }
    for name in ["table.csv.yaml", ".hidden.yaml"] { try program.write(name, TinyConfig.text()) }
    #expect(
      try folders(program, "table.csv.yaml", ".hidden.yaml", "--seeds", "0")
        == ["table%2Ecsv/seed=0", "%2Ehidden/seed=0"])
  }

  @Test(
    "arguments that make no grid end with 64 and a reason",
    arguments: [
      (["--seeds", "4-0"], "--seeds 4-0: 4-0 runs backwards"),
      (["--seeds", "0-2,1"], "--seeds 0-2,1: 1 is given twice"),
      (["--seeds", "1-"], "--seeds 1-: '1-' is no seed; give whole numbers such as 1,5,9 or 0-4"),
      (["--seeds", "1,,2"], "--seeds 1,,2: '' is no seed; give whole numbers such as 1,5,9 or 0-4"),
      (["--seeds", "1.5"], "--seeds 1.5: '1.5' is no seed; give whole numbers such as 1,5,9 or 0-4"),
      (["--seeds", "0-18446744073709551615"], "--seeds 0-18446744073709551615: more than 100000 seeds"),
      (
        ["--seeds", "0-99999", "--set", "sampler.steps=1,2"], "the sweep has more than 100000 runs"
      ),
      (
        ["--seeds", "0", "--set", "sampler.steps"],
        "--set sampler.steps: give path=value,value,… such as sampler.steps=100,200"
      ),
      (["--seeds", "0", "--set", "sampler.steps=1,,2"], "--set sampler.steps=1,,2: a value is empty"),
      (["--seeds", "0", "--set", "sampler.steps="], "--set sampler.steps=: a value is empty"),
      (["--seeds", "0", "--set", "models.a.mean=[1,2"], "--set models.a.mean=[1,2: ']' is missing"),
      (["--seeds", "0", "--set", "a=[1}"], "--set a=[1}: '}' closes nothing"),
      (["--seeds", "0", "--set", "a='1,2"], "--set a='1,2: a quotation that ' opens does not end"),
      (["--seeds", "0", "--set", "sampler.steps=9,9"], "--set sampler.steps=9,9: 9 is given twice"),
      (["--seeds", "0", "--set", "seed=1,2"], "--set seed=1,2: give seeds by --seeds"),
      (
        ["--seeds", "0", "--set", "rng=philox", "--set", "rng=mt19937"],
        "--set rng is given twice; give all its values in one"
      ),
      (["--seeds", "0", "c.yaml"], "c.yaml is given twice"),
      (["--seeds", "0", "sub/c.yaml"], "c.yaml and sub/c.yaml are both called 'c'; rename one"),
    ])
  func faults(arguments: [String], message: String) throws {
    let program = try program()
    defer { program.remove() }
    let outcome = try program.run(["sweep", "c.yaml"] + arguments + ["--output", "s"])
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("Error: \(message)\n"), "\(outcome.errors)")
    #expect(program.entries() == ["c.yaml"])
  }

  @Test("one bad cell ends the sweep before the first run, whatever stands before it")
  func badCell() throws {
    let program = try program()
    defer { program.remove() }
    #expect(
      try program.run(
        "sweep", "c.yaml", "--set", "sampler.steps=60,sixty", "--set", "islands=1,3", "--seeds", "0-1",
        "--output", "s")
        == .init(
          status: 65, output: "",
          errors: """
            c.yaml:--set: islands: 3 islands do not divide 100 particles; give a divisor of particles
            c.yaml:--set: sampler.steps: found 'sixty'; give a whole number from 1 to 10000000, or 'auto'
            fkc: nothing was run; 3 of 4 combinations are at fault: c/steps=60/islands=3, \
            c/steps=sixty/islands=1, c/steps=sixty/islands=3

            """))
    #expect(program.entries() == ["c.yaml"])
    #expect(
      try program.run("sweep", "c.yaml", "none.yaml", "--seeds", "0", "--output", "s")
        == .init(
          status: 66, output: "",
          errors:
            "none.yaml: no such file\nfkc: nothing was run; 1 of 2 combinations are at fault: none\n"))
  }

  @Test("values that make the same run are refused, as it would count twice")
  func sameRuns() throws {
    let program = try program()
    defer { program.remove() }
    #expect(
      try program.run("sweep", "c.yaml", "--set", "sampler.steps=100,1e2", "--seeds", "0", "--output", "s")
        == .init(
          status: 65, output: "",
          errors:
            "fkc: c/steps=1e2 makes the same runs as c/steps=100; nothing was run; leave one of them out\n"))
  }
}
