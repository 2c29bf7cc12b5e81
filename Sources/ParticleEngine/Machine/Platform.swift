internal import CGSL
internal import CKernels

/// The libraries and the processor that results were computed with.
public enum Platform {
  /// The version of this library.
  public static let libraryVersion = "0.2.0"
  /// The level of kernels in use: "avx512", "avx2" or "baseline".
  public static var kernelLevel: String { String(cString: fk_kernel_level()) }
  /// What is wrong with the level that the environment variable `FKC_KERNEL` asks for; nil where nothing is.
  public static var kernelFault: SetupError? {
    guard let wanted = fk_refused_kernel_level().map({ String(cString: $0) }) else { return nil }
    let levels = ["avx512", "avx2", "baseline"]
    let possible = levels.filter { fk_kernels_at_level($0) != nil }.joined(separator: ", ")
    let problem = levels.contains(wanted) ? "this processor does not have it" : "there is no such level"
    return SetupError("FKC_KERNEL", "'\(wanted)': \(problem); give one of \(possible), or leave it out")
  }
  /// The version of GSL, such as "2.7.1".
  public static var gslVersion: String { String(cString: fk_gsl_version()) }
}
