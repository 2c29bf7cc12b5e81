import FeynmanKac

/// The particles of a run as files for other programs hold them.
struct ExportedParticles {
  /// `[N, d]`.
  let samples: NPYArray<Float>
  /// `[N]`, normalised.
  let logWeights: NPYArray<Double>
  /// `[N]`.
  let ancestors: NPYArray<Int64>
  /// `[slices, N]`; nil where there is none.
  let genealogy: NPYArray<Int32>?
  /// Elements, one for each atom or one for all; empty where none are stated.
  let species: [String]
  /// What is known of the run by its name: numbers and words.
  let figures: [(name: String, value: JSONValue)]

  var count: Int { samples.shape[0] }
  var dimensions: Int { samples.shape[1] }
}
