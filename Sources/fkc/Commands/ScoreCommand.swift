import ArgumentParser
import FeynmanKac
import RunConfigurations

/// `fkc score`: one model's scores of given points.
struct Score: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a model's scores ∇ log q_t(x) of the rows of an .npy file, in x coordinates at time t.")

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var programs: ProgramsOption

  @Option(help: "The model, by its name in the config.")
  var model: String

  @Option(help: "t of the model's own process, from 0 (data) to 1 (noise).")
  var time: Double

  @Option(help: ArgumentHelp("Points, [N, d] of float32 or float64.", valueName: "x.npy"))
  var input: String

  @Option(help: ArgumentHelp("Where the scores go, float32 [N, d].", valueName: "s.npy"))
  var output: String

  func validate() throws {
    try OutputPath.validate(output)
    guard (0...1).contains(time) else { throw ValidationError("--time \(time): give a number from 0 to 1") }
  }

  func run() throws {
    let configuration = try options.load(programs: programs.consent)
    let chosen = try configuration.model(called: model)
    try OutputPath.check(output, isNoneOf: [input] + RunInputs.paths(of: configuration))
    var points = try NPYArray<Float>(file: input)
    guard points.shape.count == 2, points.shape[1] == chosen.model.dimensions else {
      throw FileError(
        .malformed, input, "has shape \(points.shape); model '\(model)' takes [N, \(chosen.model.dimensions)]"
      )
    }
    if let index = points.values.firstIndex(where: { !$0.isFinite }) {
      throw FileError(.malformed, input, "row \(index / points.shape[1]) is not finite")
    }
    if let atoms = chosen.model.atoms { points = try withoutCenterOfMass(points, atoms: atoms) }
    let scores = try scores(of: points, chosen.model, at: chosen.process.point(at: time))
    let bytes = NPYArray(shape: points.shape, values: scores).fileBytes
    try Interruption.finishing(writing: output) { try FileBytes.replace(output, with: bytes) }
  }

  /// The rows as a run has them: configurations of atoms have no centre of mass there.
  private func withoutCenterOfMass(_ points: NPYArray<Float>, atoms: Int) throws -> NPYArray<Float> {
    // Once more in double precision: what is left of a configuration far from the origin has lost digits in single.
    var values = try NPYArray<Double>(file: input).values
    let rows = CenteredAtoms.remove(from: &values, atoms: atoms)
    guard rows > 0 else { return points }
    StandardStreams.report([
      "\(input): the centre of mass of \(rows) of \(points.shape[0]) rows was removed; the model knows atoms without one"
    ])
    return NPYArray(shape: points.shape, values: values.map { Float($0) })
  }

  private func scores(
    of points: NPYArray<Float>, _ model: any ScoreModel, at point: NoisePoint
  ) throws -> [Float] {
    let rows = points.shape[0]
    let dimensions = points.shape[1]
    let blockRows = 512
    var workspace = [Float](repeating: 0, count: model.workspaceSize(rows: blockRows))
    var scores = [Float](repeating: 0, count: points.values.count)
    try points.values.withUnsafeBufferPointer { states in
      try scores.withUnsafeMutableBufferPointer { scores in
        try workspace.withUnsafeMutableBufferPointer { workspace in
          for start in stride(from: 0, to: rows, by: blockRows) {
            let offset = start * dimensions
            let batch = ScoreBatch(
              count: min(blockRows, rows - start), dimensions: dimensions,
              states: states.baseAddress! + offset, scores: scores.baseAddress! + offset,
              workspace: workspace)
            do {
              try model.evaluate(batch, at: point)
              // As the engine does, for networks that do not know of atoms themselves.
              if let atoms = model.atoms {
                CenteredAtoms.remove(from: batch.scores, rows: batch.count, atoms: atoms)
              }
            } catch {
              throw CommandFailure(
                .numericalFailure, "model '\(self.model)' failed at t = \(time): \(error)")
            }
          }
        }
      }
    }
    if let index = scores.firstIndex(where: { !$0.isFinite }) {
      throw CommandFailure(
        .numericalFailure,
        "model '\(self.model)' returned a score that is not finite for row \(index / dimensions) at t = \(time)"
      )
    }
    return scores
  }
}
