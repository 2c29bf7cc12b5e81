internal import COpenBLAS
import FeynmanKac
import Libc

/// OpenBLAS, which does the networks' matrix products. It is loaded when the first network is.
public enum BLAS {
  /// OpenBLAS cannot be used.
  public struct Unavailable: Error, Equatable, CustomStringConvertible {
    /// What was found and what to do, in one sentence without a full stop.
    public let description: String
  }

  /// Loads OpenBLAS with the kernel that goes with `Platform.kernelLevel`, so that results depend on that level alone.
  ///
  /// The environment variable `OPENBLAS_CORETYPE` asks for another.
  ///
  /// - Throws: `Unavailable` where it is not installed, or where something else in this process has loaded it before with
  ///   a kernel far below what the processor can do.
  public static func load() throws(Unavailable) {
    guard isLoaded || LargePages.canMap(bytesPerThread + libraryBytes) else {
      throw Unavailable(
        description:
          "OpenBLAS cannot be used: it asks for \(MemoryAllowance.text(bytesPerThread)) for each thread, and the "
          + "limits (ulimit -v, ulimit -d) do not leave so much")
    }
    if let problem = fk_openblas_load(wantedKernel) {
      throw Unavailable(description: String(cString: problem))
    }
    let isChosen = getenv("OPENBLAS_CORETYPE") != nil
    if !isChosen, wantedKernel != oldestKernel, oldKernels.contains(kernel.lowercased()) {
      throw Unavailable(
        description: "OpenBLAS runs its \(kernel) kernel although this processor has \(Platform.kernelLevel)"
          + "; start the program with OPENBLAS_CORETYPE=\(wantedKernel ?? "Haswell") in its environment")
    }
  }

  /// Address space that OpenBLAS 0.3 asks for when one more thread calls it, of which little is used. Where there is none
  /// it asks again for ever, so its callers see to it that there is.
  public static let bytesPerThread = 128 << 20
  /// The library itself, with those that it needs.
  private static let libraryBytes = 48 << 20

  /// Whether it has been loaded.
  public static var isLoaded: Bool { fk_openblas_is_loaded() != 0 }

  /// The kernel in use, such as "SkylakeX". OpenBLAS must be loaded.
  public static var kernel: String { String(cString: fk_openblas_core()) }

  /// The version in use, such as "0.3.21". OpenBLAS must be loaded.
  public static var version: String {
    let words = String(cString: fk_openblas_configuration()).split(separator: " ")
    return words.count > 1 ? String(words[1]) : "unknown"
  }

  /// The path of the library. OpenBLAS must be loaded.
  public static var library: String { String(cString: fk_openblas_path()) }

  private static let oldestKernel = "Prescott"
  /// Kernels without AVX2, which OpenBLAS takes for processors that it does not know.
  private static let oldKernels: Set = [
    "unknown", "generic", "katmai", "coppermine", "northwood", "prescott", "banias", "core2", "penryn",
    "dunnington", "nehalem", "athlon", "opteron", "opteron_sse3", "barcelona", "nano", "atom", "bobcat",
  ]

  private static var wantedKernel: String? {
    #if arch(x86_64)
      switch Platform.kernelLevel {
      case "avx512": "SkylakeX"
      case "avx2": "Haswell"
      default: oldestKernel
      }
    #else
      nil
    #endif
  }
}
