import FeynmanKac
import Foundation
import Testing

@Suite struct LikelihoodCommandTests {
  private static let config = """
    seed: 4
    particles: 100
    process: {kind: variance-exploding, sigma_min: 0.1, sigma_max: 100}
    models:
      a: {kind: gaussian, mean: [1, -2], standard_deviation: [0.5, 2]}
    target: {annealed: {model: a, inverse_temperature: 2}}

    """

  private func write(_ program: CommandLineProgram, _ values: [Double], shape: [Int]) throws {
    try Data(NPYArray(shape: shape, values: values).fileBytes).write(
      to: program.folder.appendingPathComponent("x.npy"))
  }

  // The density of N(1, 0.5² + 0.1²) N(−2, 2² + 0.1²). A single Gaussian has no error but the extrapolated one of steps.
  @Test("rows have their log density and its error in the file, and their mean is printed")
  func figures() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", Self.config)
    let rows = [1.2, -1, 0.3, 2.5, 1, -2]
    try write(program, rows, shape: [3, 2])
    func logGaussian(_ distance: Double, _ variance: Double) -> Double {
      -0.5 * (log(2 * Double.pi * variance) + distance * distance / variance)
    }
    let exact: [Double] = (0..<3).map { row in
      logGaussian(rows[2 * row] - 1, 0.26) + logGaussian(rows[2 * row + 1] + 2, 4.01)
    }
    let mean = exact.reduce(0, +) / 3
    for (method, tolerance) in [("auto", 1e-5), ("flow", 0.01), ("paths", 0.3)] {
      let outcome = try program.run(
        "likelihood", "c.yaml", "--model", "a", "--input", "x.npy", "--output", "q.npy", "--method", method)
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      let figures = try NPYArray<Double>(file: program.folder.appendingPathComponent("q.npy").path)
      #expect(figures.shape == [3, 2])
      for row in 0..<3 {
        #expect(abs(figures.values[2 * row] - exact[row]) < tolerance, "\(method), row \(row)")
      }
      let json = try #require(
        try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
      #expect(json["method"] as? String == (method == "auto" ? "exact" : method))
      #expect(json["rows"] as? Int == 3)
      let level = try #require(json["noise_level"] as? Double)
      #expect(abs(level - 0.01) < 1e-12)
      let density = try #require(json["log_density"] as? [String: Any])
      let found = try #require(density["mean"] as? Double)
      #expect(abs(found - mean) < tolerance)
      let bits = try #require((json["bits_per_dimension"] as? [String: Any])?["value"] as? Double)
      #expect(abs(bits + mean / (2 * log(2))) < tolerance)
    }
  }

  @Test(
    "faults end with their status and one sentence",
    arguments: [
      (["--model", "b"], 64, "fkc: --model: no model is called 'b' in c.yaml; the models are a"),
      (["--model", "a", "--steps", "5"], 64, "Error: --steps 5: give an even number from 2 to 1000000"),
      (["--model", "a", "--probes", "1"], 64, "Error: --probes 1: give a whole number from 2 to 10000"),
      (
        ["--model", "a", "--output", "x.npy"], 64,
        "fkc: --output: x.npy is read by this command; give another file"
      ),
      (["--model", "a"], 65, "x.npy: has shape [2, 3]; model 'a' takes [N, 2]"),
      (["--model", "a", "--time", "1"], 64, "Error: --time 1.0: give a number from 0 to below 1"),
    ])
  func faults(options: [String], status: Int, sentence: String) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", Self.config)
    try write(program, [1, 2, 3, 4, 5, 6], shape: [2, 3])
    let outcome = try program.run(["likelihood", "c.yaml", "--input", "x.npy"] + options)
    #expect(outcome.status == Int32(status), "\(outcome.errors)")
    #expect(outcome.errors.contains(sentence) && outcome.output.isEmpty, "\(outcome.errors)")
  }
}
