import CKernels
import Testing

/// The kernels of every level that this processor has, to be tested one by one.
struct KernelLevel: Sendable, CustomTestStringConvertible {
  let name: String
  var testDescription: String { name }

  /// The table of this level, which lives as long as the process.
  var kernels: fk_kernel_table { fk_kernels_at_level(name)!.pointee }

  static let available = ["baseline", "avx2", "avx512"].filter { (name: String) in
    fk_kernels_at_level(name) != nil
  }.map(
    KernelLevel.init)
}
