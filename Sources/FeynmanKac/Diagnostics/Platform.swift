internal import CGSL
internal import CKernels
internal import COpenBLAS

/// The libraries and the processor that results were computed with.
public enum Platform {
  /// The level of kernels in use: "avx512", "avx2" or "baseline".
  public static var kernelLevel: String { String(cString: fk_kernel_level()) }
  /// The version of GSL, such as "2.7.1".
  public static var gslVersion: String { String(cString: fk_gsl_version()) }
  /// OpenBLAS with its version and build options.
  public static var openBLASConfiguration: String { String(cString: fk_openblas_configuration()) }
  /// The kernel that OpenBLAS runs on this processor.
  public static var openBLASCore: String { String(cString: fk_openblas_core()) }
}
