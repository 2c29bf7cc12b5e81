import FeynmanKac
import ScoreNetworks
import Testing

@Suite struct NetworkFileTests {
  private static let mlp = [
    "format": "feynman-kac-network/1", "architecture": "mlp", "prediction": "epsilon", "dimensions": "5",
    "width": "16",
    "depth": "3",
  ]
  private static let egnn = [
    "format": "feynman-kac-network/1", "architecture": "egnn", "prediction": "x0", "atoms": "13",
    "width": "32",
    "depth": "4",
  ]

  private static func read(_ base: [String: String], _ changes: [String: String?]) throws(FileError)
    -> NetworkFile
  {
    var metadata = base
    for (key, value) in changes { metadata[key] = value }
    return try NetworkFile(
      SafetensorsFile(bytes: SafetensorsBytes.file(metadata: metadata), file: "net.safetensors"))
  }

  // MARK: - What is read

  @Test("what a file leaves out has the defaults of the exporting module")
  func defaults() throws {
    let embedding = EmbeddingSettings(
      activation: .silu, noiseInput: .logSNR, timesteps: 1000, timeEmbedding: .logNoise, timeFeatures: 1,
      maximumPeriod: 10000, embeddingWidth: 0, classes: 0, conditionDimensions: 0, conditionFeatures: 0)
    let mlp = try Self.read(Self.mlp, [:])
    #expect(
      mlp.settings as? MLPSettings
        == MLPSettings(
          embedding: embedding, inputScaling: .none, dimensions: 5, width: 16, depth: 3, block: .plain,
          hasLayerNorm: false))
    #expect(mlp.prediction == .epsilon)
    #expect(
      mlp.process == nil && mlp.noiseLevels == nil && mlp.dataStandardDeviation == nil && mlp.notes == nil)
    #expect(embedding.width == 1 && embedding.conditioning == .unconditional)

    let egnn = try Self.read(Self.egnn, [:])
    #expect(
      egnn.settings as? EGNNSettings
        == EGNNSettings(
          embedding: embedding, inputScaling: .none, atoms: 13, width: 32, depth: 4, edges: .symmetric,
          distanceFeatures: .radialBasis, radialBasisFunctions: 24, radialMinimum: 0.2, radialMaximum: 6,
          hasAttention: true, coordinateRange: 1, hasPairTerm: true, distanceOffset: 1,
          hasAtomEmbedding: false))
    #expect(egnn.prediction == .dataPoint)
    #expect(egnn.settings.dimensions == 39)
  }

  @Test("every setting is read as Python writes it")
  func stated() throws {
    let common = [
      "activation": "gelu", "input_scale": "unit-variance", "data_standard_deviation": "1.25",
      "noise_input": "timestep",
      "timesteps": "500", "time_embedding": "fourier", "time_features": "8", "maximum_period": "1e4",
      "embedding_width": "24", "classes": "3", "condition_dimensions": "0", "condition_features": "4",
      "minimum_noise_level": "1e-05", "maximum_noise_level": "16.0", "notes": "é",
      "process": #"{"kind": "karras"}"#, "prediction": "edm",
    ]
    let embedding = EmbeddingSettings(
      activation: .gelu, noiseInput: .timestep, timesteps: 500, timeEmbedding: .fourier, timeFeatures: 8,
      maximumPeriod: 10000, embeddingWidth: 24, classes: 3, conditionDimensions: 0, conditionFeatures: 4)
    let mlp = try Self.read(
      Self.mlp, common.merging(["block": "residual", "layer_norm": "true"]) { $1 })
    #expect(
      mlp.settings as? MLPSettings
        == MLPSettings(
          embedding: embedding, inputScaling: .unitVariance(dataStandardDeviation: 1.25), dimensions: 5,
          width: 16,
          depth: 3, block: .residual, hasLayerNorm: true))
    #expect(mlp.prediction == .edm(dataStandardDeviation: 1.25))
    #expect(mlp.process == #"{"kind": "karras"}"#)
    #expect(mlp.noiseLevels == 1e-5...16)
    #expect(mlp.dataStandardDeviation == 1.25)
    #expect(mlp.notes == "é")
    #expect(
      embedding.features == 12 && embedding.width == 24 && embedding.conditioning == .labels(classes: 3))

    let egnn = try Self.read(
      Self.egnn,
      common.merging([
        "dimensions": "39", "edges": "directed", "distance_features": "squared",
        "radial_basis_functions": "7",
        "radial_minimum": "0.5", "radial_maximum": "9", "attention": "false", "coordinate_range": "2.5",
        "pair_term": "false", "distance_offset": "0", "atom_embedding": "true", "classes": "0",
        "condition_dimensions": "6",
      ]) { $1 })
    var settings = embedding
    (settings.classes, settings.conditionDimensions) = (0, 6)
    #expect(
      egnn.settings as? EGNNSettings
        == EGNNSettings(
          embedding: settings, inputScaling: .unitVariance(dataStandardDeviation: 1.25), atoms: 13,
          width: 32,
          depth: 4, edges: .directed, distanceFeatures: .squared, radialBasisFunctions: 7,
          radialMinimum: 0.5,
          radialMaximum: 9, hasAttention: false, coordinateRange: 2.5, hasPairTerm: false,
          distanceOffset: 0,
          hasAtomEmbedding: true))
    #expect(settings.conditioning == .vectors(dimensions: 6, optional: true))
  }

  @Test("input scaling brings data of that spread to variance one")
  func inputScaling() {
    #expect(InputScaling.none.factor(signal: 0.5, noise: 3) == 1)
    #expect(InputScaling.unitVariance(dataStandardDeviation: 4).factor(signal: 0.5, noise: 1.5) == 0.4)
  }

  // MARK: - What is refused

  static let faults: [(base: [String: String], changes: [String: String?], problem: String)] = [
    (mlp, ["format": nil], "format: missing; give one of feynman-kac-network/1"),
    (mlp, ["format": "pt"], "format: found 'pt'; give one of feynman-kac-network/1"),
    (mlp, ["architecture": "mpl"], "architecture: found 'mpl'; did you mean 'mlp'?"),
    (
      mlp, ["architecture": "unet"],
      "architecture: found 'unet'; give one of "
        + NetworkArchitecture.all.map(\.name).joined(separator: ", ")
    ),
    (mlp, ["prediction": nil], "prediction: missing; give one of score, epsilon, x0, v, velocity, edm"),
    (
      mlp, ["prediction": "noise"],
      "prediction: found 'noise'; give one of score, epsilon, x0, v, velocity, edm"
    ),
    (mlp, ["prediction": "edm"], "data_standard_deviation: missing; prediction edm needs it"),
    (
      mlp, ["input_scale": "unit-variance"],
      "data_standard_deviation: missing; input_scale unit-variance needs it"
    ),
    (
      mlp, ["input_scale": "unit_variance"],
      "input_scale: found 'unit_variance'; did you mean 'unit-variance'?"
    ),
    (mlp, ["widht": "3"], "__metadata__: unknown key 'widht'; did you mean 'width'?"),
    (mlp, ["atoms": "3"], "__metadata__: unknown key 'atoms'; put what mlp does not need into notes"),
    (
      egnn, ["layer_norm": "true"],
      "__metadata__: unknown key 'layer_norm'; put what egnn does not need into notes"
    ),
    (mlp, ["dimensions": nil], "dimensions: missing; give a whole number from 1 to 65536"),
    (mlp, ["width": "0"], "width: found '0'; give a whole number from 1 to 65536"),
    (mlp, ["width": "16.0"], "width: found '16.0'; give a whole number from 1 to 65536"),
    (
      mlp, ["width": "99999999999999999999"],
      "width: found '99999999999999999999'; give a whole number from 1 to 65536"
    ),
    (mlp, ["depth": "+3"], "depth: found '+3'; give a whole number from 1 to 1000"),
    (mlp, ["depth": ""], "depth: found ''; give a whole number from 1 to 1000"),
    (mlp, ["layer_norm": "True"], "layer_norm: found 'True'; did you mean 'true'?"),
    (mlp, ["activation": "swish"], "activation: found 'swish'; give one of silu, gelu, relu, tanh"),
    (mlp, ["timesteps": "nan"], "timesteps: found 'nan'; give a positive number"),
    (mlp, ["timesteps": "1e999"], "timesteps: found '1e999'; give a positive number"),
    (mlp, ["timesteps": "0x10"], "timesteps: found '0x10'; give a positive number"),
    (mlp, ["data_standard_deviation": "0"], "data_standard_deviation: found '0'; give a positive number"),
    (mlp, ["time_features": "2"], "time_features: found 2; time_embedding log-noise is 1 number"),
    (
      mlp, ["time_embedding": "fourier"],
      "time_features: found 1; time_embedding fourier is sines and cosines, so give an even number"
    ),
    (
      mlp, ["time_embedding": "sinusoidal", "time_features": "7"],
      "time_features: found 7; time_embedding sinusoidal is sines and cosines, so give an even number"
    ),
    (
      mlp, ["classes": "2", "condition_dimensions": "3", "condition_features": "4"],
      "condition_dimensions: found 3 with classes 2; a network takes one or the other"
    ),
    (
      mlp, ["classes": "2"],
      "condition_features: found 0 with classes 2; give the number of features that they become"
    ),
    (
      mlp, ["condition_dimensions": "3"],
      "condition_features: found 0 with condition_dimensions 3; give the number of features that they become"
    ),
    (
      mlp, ["condition_features": "3"],
      "condition_features: found 3 without classes or condition_dimensions; give 0"
    ),
    (mlp, ["minimum_noise_level": "1"], "maximum_noise_level: missing; minimum_noise_level is given"),
    (mlp, ["maximum_noise_level": "1"], "minimum_noise_level: missing; maximum_noise_level is given"),
    (
      mlp, ["minimum_noise_level": "2", "maximum_noise_level": "2"],
      "maximum_noise_level: found 2.0 with minimum_noise_level 2.0; it must be larger"
    ),
    (
      mlp, ["process": "{"],
      "process: at byte 1: found the end where a key in double quotes should be; give a JSON object, such as "
        + "{\"kind\": \"karras\"}"
    ),
    (
      mlp, ["process": "7"],
      "process: at byte 0: found no object; give a JSON object, such as {\"kind\": \"karras\"}"
    ),
    (egnn, ["atoms": "1"], "atoms: found '1'; give a whole number from 2 to 10000"),
    (egnn, ["dimensions": "38"], "dimensions: found 38; 13 atoms have 39"),
    (egnn, ["radial_minimum": "6"], "radial_maximum: found 6.0 with radial_minimum 6.0; it must be larger"),
    (
      egnn, ["radial_basis_functions": "1"],
      "radial_basis_functions: found '1'; give a whole number from 2 to 65536"
    ),
    (egnn, ["distance_offset": "-1"], "distance_offset: found '-1'; give a non-negative number"),
    (
      egnn, ["coordinate_range": "0", "pair_term": "false"],
      "coordinate_range: found 0 without pair_term; nothing would move"
    ),
  ]

  @Test("each fault of the settings is named", arguments: faults.indices)
  func fault(_ index: Int) {
    let fault = Self.faults[index]
    #expect(problem { () throws(FileError) in try Self.read(fault.base, fault.changes) } == fault.problem)
  }

  @Test("a long text is cut in the error")
  func longText() {
    let text = String(repeating: "x", count: 1_000_000)
    #expect(
      problem { () throws(FileError) in try Self.read(Self.mlp, ["activation": text]) }
        == "activation: found '\(text.prefix(100))…'; give one of silu, gelu, relu, tanh")
  }
}
