internal import CGSL
internal import CKernels

/// The libraries and the processor that results were computed with.
public enum Platform {
  /// The level of kernels in use: "avx512", "avx2" or "baseline".
  public static var kernelLevel: String { String(cString: fk_kernel_level()) }
  /// The version of GSL, such as "2.7.1".
  public static var gslVersion: String { String(cString: fk_gsl_version()) }
}
