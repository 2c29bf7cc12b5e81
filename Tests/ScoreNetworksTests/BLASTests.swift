import COpenBLAS
import FeynmanKac
import Foundation
import ScoreNetworks
import Testing

@Suite("BLAS")
struct BLASTests {
  init() throws { try BLAS.load() }

  @Test("the BLAS in use is OpenBLAS and not GSL's")
  func library() {
    #expect(BLAS.library.contains("openblas"))
    #expect(!BLAS.library.contains("gslcblas"))
    #expect(BLAS.version.contains("."))
  }

  // Left to itself, OpenBLAS 0.3.21 runs its kernel of 2004 on processors that are newer than it is.
  @Test("the kernel is the one of the processor's level, or the one that the environment asks for")
  func kernel() {
    #if arch(x86_64)
      let expected = ["avx512": "SkylakeX", "avx2": "Haswell", "baseline": "Prescott"]
      let asked = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]
      #expect(BLAS.kernel.lowercased() == (asked ?? expected[Platform.kernelLevel])?.lowercased())
    #endif
  }

  @Test("a layer's product is a·bᵀ + βc")
  func product() {
    let a: [Float] = [1, 2, 3, 4, 5, 6]
    let b: [Float] = [1, 0, -1, 2, 1, 0.5, 0, 3, 1, 1, 1, 1]
    var c = [Float](repeating: 10, count: 8)
    fk_multiply_transposed(2, 4, 3, a, 3, b, 3, 0.5, &c, 4)
    let expected: [Float] = [5 - 2, 5 + 5.5, 5 + 9, 5 + 6, 5 - 2, 5 + 16, 5 + 21, 5 + 15]
    #expect(c == expected)
  }
}
