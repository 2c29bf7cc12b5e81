import Foundation
import Testing

/// Configs to begin from, configs by standard input, and what is cited.
@Suite struct InitCommandTests {
  private static let templates = ["annealed", "product", "guided", "reward"]

  @Test("every config to begin from runs as it is, and is not doubtful", arguments: templates)
  func runs(template: String) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    #expect(
      try program.run("init", template) == .init(status: 0, output: "\(template).yaml\n", errors: ""))
    #expect(try program.text("\(template).yaml").contains("# "))
    let run = try program.run("run", "\(template).yaml", "--strict", "--no-report", "--progress", "none")
    #expect(run == .init(status: 0, output: "runs\n", errors: ""))
    // A file that is there is somebody's.
    let again = try program.run("init", template)
    #expect(again.status == 73)
    #expect(again.errors == "fkc: \(template).yaml: is there already; give another file by --output\n")
    #expect(try program.run("init", template, "--output", "-").output == program.text("\(template).yaml"))
  }

  @Test("the integrals of the configs to begin from are the exact ones")
  func normalizers() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    // Data under the noise at the path's end, v = 1e-4; of the guided pair the modes are so far apart that one stands alone.
    let mixture = 0.64 + 1e-4
    let wide = 2.25 + 1e-4
    func density(_ square: Double, _ variance: Double) -> Double {
      exp(-0.5 * square / variance) / (2 * .pi * variance)
    }
    let product = 0.5 * (density(9 + 1, mixture + wide) + density(1 + 1, mixture + wide))
    let tilted = exp(0.5 * mixture) * (0.3 * exp(-3) + 0.7 * exp(2))
    for (template, exact) in [("product", log(product)), ("reward", log(tilted))] {
      _ = try program.run("init", template)
      let run = try program.run(
        "run", "\(template).yaml", "--output", template, "--no-report", "--progress", "none")
      #expect(run.status == 0)
      let interval = try #require(
        program.json("\(template)/summary.json")["log_normalizer_interval"] as? [Double])
      // A 95 % interval widened twice: a false alarm in 10,000 runs.
      #expect(
        abs(exact - 0.5 * (interval[0] + interval[1])) < interval[1] - interval[0],
        "\(template): \(exact) and \(interval)")
    }
  }

  @Test("a config on standard input is the same as one in a file, and its faults have lines")
  func standardInput() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", TinyConfig.text())
    let file = try program.shell("\"$FKC\" run c.yaml --output one --no-report --progress none")
    let input = try program.shell("\"$FKC\" run - --output two --no-report --progress none < c.yaml")
    #expect(file.status == 0 && input.status == 0, "\(file.errors) \(input.errors)")
    #expect(try program.bytes("one/samples.npy") == program.bytes("two/samples.npy"))
    #expect(try program.bytes("one/config.yaml") == program.bytes("two/config.yaml"))
    let wrong = try program.shell("printf 'seed: 1\\nparticle: 3\\n' | \"$FKC\" check -")
    #expect(wrong.status == 65)
    #expect(wrong.errors.contains("standard-input:2: particle: unknown key; did you mean 'particles'?"))
  }

  @Test("a plan is the same in words and as JSON")
  func plan() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    _ = try program.run("init", "product")
    let words = try program.run("check", "product.yaml").output
    let outcome = try program.run("check", "product.yaml", "--json")
    let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as! [String: Any]
    #expect(
      json["particles"] as? Int == 10000 && json["steps"] as? Int == 200 && json["dimensions"] as? Int == 2)
    let rows = try #require(json["plan"] as? [String: String])
    #expect(rows.count > 10)
    // What a process holds by itself differs a little from one to the next.
    for (name, text) in rows where name != "memory" {
      #expect(words.contains("\(name) ") && words.contains(text))
    }
    #expect((json["model_evaluations"] as? [String: Int])?.count == 2)
  }

  @Test("cited are the methods that a config uses, once each, and the program")
  func citations() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    _ = try program.run("init", "guided")
    let text = try program.run("cite", "guided.yaml").output
    let keys = text.split(separator: "\n").filter { $0.hasPrefix("@") }.map(String.init)
    #expect(
      keys == [
        "@software{feynmankac,", "@inproceedings{skreta2025feynmankac,", "@inproceedings{song2021score,",
        "@inproceedings{salmon2011parallel,", "@article{delmoral2006sequential,",
      ])
    let flow = try program.run(
      "cite", "guided.yaml", "--set", "process={kind: flow-matching}", "--set", "islands=1"
    ).output
    #expect(flow.contains("@inproceedings{lipman2023flow,") && flow.contains("@article{lee2018variance,"))
    #expect(!flow.contains("@inproceedings{song2021score,"))
  }
}
