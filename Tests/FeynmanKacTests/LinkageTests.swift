import COpenBLAS
import Testing

@Suite("Linkage")
struct LinkageTests {
  @Test("the BLAS in use is OpenBLAS and not GSL's")
  func blas() throws {
    let library = String(cString: try #require(fk_blas_library()))
    #expect(library.contains("openblas"))
    #expect(!library.contains("gslcblas"))
    #expect(!String(cString: fk_openblas_core()).isEmpty)
    #expect(String(cString: fk_openblas_configuration()).hasPrefix("OpenBLAS"))
  }
}
