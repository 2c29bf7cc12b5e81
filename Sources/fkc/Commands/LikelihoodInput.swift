import FeynmanKac
import RunConfigurations

/// The rows that `fkc likelihood` reads.
enum LikelihoodInput {
  /// Points of a model's space; of atoms without their centre of mass, with a word where there was one.
  ///
  /// - Throws: `FileError` that names the file.
  static func points(_ path: String, of model: any ScoreModel, called name: String) throws -> NPYArray<Double>
  {
    let points = try NPYArray<Double>(file: path)
    guard points.shape.count == 2, points.shape[1] == model.dimensions else {
      throw FileError(
        .malformed, path, "has shape \(points.shape); model '\(name)' takes [N, \(model.dimensions)]")
    }
    guard points.shape[0] > 0 else { throw FileError(.malformed, path, "has no rows") }
    if let index = points.values.firstIndex(where: { !$0.isFinite }) {
      throw FileError(.malformed, path, "row \(index / points.shape[1]) is not finite")
    }
    guard let atoms = model.atoms else { return points }
    var values = points.values
    let rows = CenteredAtoms.remove(from: &values, atoms: atoms)
    guard rows > 0 else { return points }
    StandardStreams.report([
      "\(path): the centre of mass of \(rows) of \(points.shape[0]) rows was removed; the model knows atoms without one"
    ])
    return NPYArray(shape: points.shape, values: values)
  }
}
