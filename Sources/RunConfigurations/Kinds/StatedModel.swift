import FeynmanKac

/// A model of which the config says more than it says itself.
struct StatedModel: ScoreModel {
  private let model: GaussianMixture
  let atoms: Int?
  let dataStandardDeviation: Double?

  init(_ model: GaussianMixture, atoms: Int?, dataStandardDeviation: Double?) {
    self.model = model
    self.atoms = atoms
    self.dataStandardDeviation = dataStandardDeviation ?? model.dataStandardDeviation
  }

  var dimensions: Int { model.dimensions }
  /// The mixture's density counts all `d` dimensions; that of atoms lives in `D` of them.
  var hasLogDensity: Bool { atoms == nil && model.hasLogDensity }
  var mixture: GaussianMixture? { hasLogDensity ? model : nil }
  var noiseLevels: ClosedRange<Double>? { model.noiseLevels }
  func workspaceSize(rows: Int) -> Int { model.workspaceSize(rows: rows) }

  func evaluate(_ batch: ScoreBatch, at point: NoisePoint) throws { model.evaluate(batch, at: point) }

  /// Whether the mixture's scores are those of its restriction to configurations without their centre of mass, at
  /// every noise: the components' weights there would depend on means off that subspace, and on unequal spreads.
  static func isExact(_ mixture: GaussianMixture, atoms: Int) -> Bool {
    let deviation = mixture.standardDeviations[0][0]
    guard mixture.standardDeviations.allSatisfy({ $0.allSatisfy { $0 == deviation } }) else { return false }
    return mixture.means.allSatisfy { mean in
      (0..<3).allSatisfy { axis in
        let sum = (0..<atoms).reduce(0) { $0 + mean[3 * $1 + axis] }
        return abs(sum) <= 1e-6 * Double(atoms) * max(deviation, mean.reduce(0) { max($0, abs($1)) })
      }
    }
  }
}
