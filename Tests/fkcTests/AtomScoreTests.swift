import FeynmanKac
import Foundation
import Testing

/// Scores of configurations of atoms that a user gives with a centre of mass.
@Suite struct AtomScoreTests {
  private static let network = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../ScoreNetworksTests/Resources/Parity/egnn-symmetric.safetensors")
    .standardizedFileURL.path

  private static let config = """
    particles: 100
    process: {kind: variance-exploding}
    models:
      gaussian: {kind: gaussian, mean: [0, 0, 0, 0, 0, 0], standard_deviation: 0.5, atoms: 2}
      network: {kind: egnn, file: \(network)}
    target: {annealed: {model: gaussian, inverse_temperature: 2}}

    """

  /// Rows without a centre of mass, and the same moved by `offset`.
  private func rows(_ count: Int, atoms: Int, offset: [Double]) -> [Double] {
    (0..<count).flatMap { row in
      let values = (0..<3 * atoms).map { sin(Double(7 * row + 3 * $0 + 1)) }
      return values.indices.map { index in
        let mean = (0..<atoms).reduce(0) { $0 + values[3 * $1 + index % 3] } / Double(atoms)
        return values[index] - mean + offset[index % 3]
      }
    }
  }

  private func score(
    _ program: CommandLineProgram, _ model: String, _ values: [Double], atoms: Int
  ) throws -> (scores: [Float], errors: String) {
    let points = NPYArray<Double>(shape: [values.count / (3 * atoms), 3 * atoms], values: values)
    try Data(points.fileBytes).write(to: program.folder.appendingPathComponent("x.npy"))
    let outcome = try program.run(
      "score", "c.yaml", "--model", model, "--time", "0.3", "--input", "x.npy", "--output", "s.npy")
    #expect(outcome.status == 0, "\(outcome.errors)")
    return (
      try NPYArray<Float>(file: program.folder.appendingPathComponent("s.npy").path).values, outcome.errors
    )
  }

  // Seen to catch: rows taken as they are, whose scores were off by as much as the centre of mass was long.
  @Test(
    "a centre of mass is removed with a word, and the scores are those without it",
    arguments: [("gaussian", 2), ("network", 4)])
  func moved(model: String, atoms: Int) throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", Self.config)
    let centered = try score(program, model, rows(5, atoms: atoms, offset: [0, 0, 0]), atoms: atoms)
    #expect(centered.errors == "")
    let moved = try score(program, model, rows(5, atoms: atoms, offset: [100, -3, 0.5]), atoms: atoms)
    #expect(
      moved.errors
        == "x.npy: the centre of mass of 5 of 5 rows was removed; the model knows atoms without one\n")
    let largest = centered.scores.reduce(0) { max($0, abs($1)) }
    for (own, other) in zip(moved.scores, centered.scores) { #expect(abs(own - other) <= 1e-5 * largest) }
    for start in stride(from: 0, to: moved.scores.count, by: 3 * atoms) {
      for axis in 0..<3 {
        let sum = (0..<atoms).reduce(Float(0)) { $0 + moved.scores[start + 3 * $1 + axis] }
        #expect(abs(sum) <= 1e-5 * largest)
      }
    }
    guard model == "gaussian" else { return }
    let noise = 0.01 * pow(5000, 0.3)
    for (own, x) in zip(moved.scores, rows(5, atoms: 2, offset: [0, 0, 0])) {
      #expect(abs(Double(own) + x / (0.25 + noise * noise)) <= 1e-5 * Double(largest))
    }
  }
}
