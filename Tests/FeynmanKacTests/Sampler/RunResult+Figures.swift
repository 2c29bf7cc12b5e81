import FeynmanKac

extension RunResult {
  /// What a result is made of, but for the time that it took.
  var figures: [Double] {
    var values = samples.map { Double($0) } + logWeights
    values += ancestors.map { Double($0) } + genealogy.parents.map { Double($0) }
    values +=
      islandLogNormalizers + [
        logNormalizer?.value ?? 0, logNormalizer?.standardError ?? -1,
      ]
    values += modelEvaluations.map { Double($0.rows) } + [Double(resampleCount)]
    if let error = stepSizeError {
      values +=
        [error.logNormalizer.value, error.logNormalizer.standardError ?? -1] + error.mean.map(\.value)
    }
    for row in trace {
      values += [row.effectiveSampleSize, row.logNormalizerRatio ?? -1, row.controlSlope, row.time]
      values += [row.moveAcceptance, row.moveSize, row.alignment].map { $0 ?? -1 }
      values += [row.scoreResidual, row.scoreResidualError].map { Double($0 ?? -1) }
      values += [Double(row.uniqueAncestors), Double(row.resampledIslands)]
    }
    return values
  }
}
