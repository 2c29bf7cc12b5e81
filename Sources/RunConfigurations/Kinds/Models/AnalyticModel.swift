import FeynmanKac

/// What the keys of every model mean where the scores are known in closed form.
enum AnalyticModel {
  static func refuseCondition(_ settings: Setting) throws(SettingFailure) {
    guard settings[ModelKeys.condition] == nil else {
      throw SettingFailure(
        key: ModelKeys.condition.name, problem: "only networks take a condition; remove this key")
    }
  }

  static func stated(
    _ mixture: GaussianMixture, _ settings: Setting
  ) throws(SettingFailure) -> any ScoreModel {
    let atoms = ModelKeys.atoms.value(in: settings)
    let deviation = ModelKeys.dataStandardDeviation.value(in: settings)
    guard atoms != nil || deviation != nil else { return mixture }
    if let atoms {
      guard mixture.dimensions == 3 * atoms else {
        throw SettingFailure(
          key: ModelKeys.atoms.name,
          problem: "found \(atoms), which makes \(3 * atoms) dimensions; the model has \(mixture.dimensions)")
      }
      guard StatedModel.isExact(mixture, atoms: atoms) else {
        throw SettingFailure(
          key: ModelKeys.atoms.name,
          problem:
            "a mixture of atoms needs means without a centre of mass and one standard deviation for all")
      }
    }
    return StatedModel(mixture, atoms: atoms, dataStandardDeviation: deviation)
  }
}
