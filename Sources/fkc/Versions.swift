import FeynmanKac

/// What `fkc` was built from.
enum Versions {
  static let fkc = "0.1.0"

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

  /// The number in "OpenBLAS 0.3.21 NO_LAPACKE …".
  static var openBLAS: String {
    let words = Platform.openBLASConfiguration.split(separator: " ")
    return words.count > 1 ? String(words[1]) : "unknown"
  }

  static var json: JSONText {
    .object([
      ("fkc", .text(fkc)), ("swift", .text(swift)), ("gsl", .text(Platform.gslVersion)),
      ("openblas", .text(openBLAS)), ("openblas_kernel", .text(Platform.openBLASCore)),
    ])
  }
}
