import FeynmanKac

extension RunFiles {
  /// The summary's members that files for other programs have too.
  private static let figures = [
    "log_normalizer", "log_normalizer_standard_error", "effective_sample_size", "trust",
  ]

  /// The particles as files for other programs hold them.
  func exported(species: [String]) -> ExportedParticles {
    let summary = try? SummaryReader(summary, path: ResultFolder.summaryName)
    let figures = Self.figures.compactMap { name in summary?.optionalValue(name).map { (name, $0) } }
    return ExportedParticles(
      samples: samples, logWeights: logWeights, ancestors: ancestors, genealogy: genealogy, species: species,
      figures: [("inference_library_version", .text(Versions.fkc))] + figures)
  }
}
