import FeynmanKac
import ScoreNetworks

/// The names that configs and `fkc info` have for what the library offers.
enum Catalog {
  static let resamplingSchemes = ResamplingScheme.allCases.map(\.rawValue)
  /// The default first, then every generator of GSL.
  static let generators = ["philox"] + GSLGenerator.names.filter { $0 != "philox" }
  static let processes = ConfigurationSchema.process.tag!.variants.map(\.name)
  static let models = ConfigurationSchema.model.tag!.variants.map(\.name)

  static func resampler(_ name: String) -> any Resampler { ResamplingScheme(rawValue: name)!.resampler }

  static func generator(_ name: String) -> Sampler.GeneratorKind { name == "philox" ? .philox : .gsl(name) }

  /// The kinds of models whose library is not here.
  static var missingModels: [String] {
    var missing: [String] = []
    do throws(BLAS.Unavailable) { try BLAS.load() } catch { missing += ["mlp", "egnn"] }
    do throws(OpenVINO.Unavailable) { try OpenVINO.load() } catch { missing.append("onnx") }
    return missing
  }
}
