import FeynmanKac
import ScoreNetworks

/// What `fkc` was built from.
package enum Versions {
  package static let fkc = Platform.libraryVersion

  static var swift: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #elseif compiler(>=6.2)
      "6.2"
    #else
      "6.1"
    #endif
  }

  /// The versions; those of OpenBLAS are null where no network needed it.
  package static var json: JSONText {
    .object([
      ("fkc", .text(fkc)), ("swift", .text(swift)), ("gsl", .text(Platform.gslVersion)),
      ("openblas", BLAS.isLoaded ? .text(BLAS.version) : .null),
      ("openblas_kernel", BLAS.isLoaded ? .text(BLAS.kernel) : .null),
    ])
  }
}
