import FeynmanKac
import Foundation
import Testing

/// Seen to catch: drawings in the reverse order of their energies.
@Suite("drawings of atoms in a report")
struct StructureTests {
  private static let atoms = 4

  @Test(
    "six particles by weight, paler where farther, with lines between neighbours, in the order of their energies"
  )
  func drawings() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", ReportFolder.config(particles: 100))
    let dimensions = 3 * Self.atoms
    let mean = "[" + Array(repeating: "0", count: dimensions).joined(separator: ", ") + "]"
    let outcome = try program.run(
      "run", "c.yaml", "--progress", "none", "--set",
      "models.c={kind: gaussian, mean: \(mean), standard_deviation: 1}", "--set",
      "target={annealed: {model: c, inverse_temperature: 1}}")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let folder = ReportFolder(of: program)
    try folder.set("intrinsic_dimensions", "\(dimensions - 3)")
    // Three atoms one unit apart, and one that is far from them.
    let row: [Float] = [0, 0, 0, 1, 0, 0, 0.5, 0.866, 0, 9, 0, 0]
    let samples = (0..<100).flatMap { particle in row.map { $0 + Float(particle) * 1e-4 * $0 } }
    try write(NPYArray(shape: [100, dimensions], values: samples).fileBytes, "out/samples.npy", program)
    try write(
      NPYArray(shape: [100], values: (0..<100).map { -Double($0) }).fileBytes, "out/energies.npy", program)
    #expect(try program.run("report", "out").status == 0)
    let page = try program.text("out/report.html")
    let drawings = page.components(separatedBy: "<svg viewBox=\"0 0 200 200\"").dropFirst().map {
      $0.components(separatedBy: "</svg>")[0]
    }
    #expect(drawings.count == 6)
    for drawing in drawings {
      // Two circles an atom: the page's colour under its own.
      #expect(drawing.components(separatedBy: "<circle ").count - 1 == 2 * Self.atoms)
      #expect(drawing.components(separatedBy: "<line ").count - 1 == 3)
      #expect(drawing.contains("role=\"img\" aria-label=\"particle "))
      #expect(drawing.contains("opacity=\"0.25\""), "the farthest")
    }
    let energies = drawings.map { drawing in
      Double(
        drawing.components(separatedBy: ", energy ")[1].prefix { $0 != "\"" }.replacingOccurrences(
          of: "−", with: "-"))!
    }
    #expect(energies == energies.sorted() && Set(energies).count == 6)
    #expect(page.contains("data-chart=\"energies\"") && page.contains("data-chart=\"distances\""))
    #expect(!page.contains("Means of the coordinates"))
  }

  private func write(_ bytes: [UInt8], _ name: String, _ program: CommandLineProgram) throws {
    try Data(bytes).write(to: program.folder.appendingPathComponent(name))
  }
}
