import FeynmanKac
import ScoreNetworks
import Testing

@Suite("MLP against PyTorch")
struct MLPParityTests {
  // The references are of double precision. Seen to catch: cosines before sines, the null label's row taken for class 0,
  // layer norm without its 1e-5, tanh's approximation of GELU.
  @Test("outputs agree to 1e-5 at every noise level, for 1, 7 and 4096 rows", arguments: try! ParityCase.all("mlp"))
  func agreement(reference: ParityCase) throws {
    try reference.expectAgreement(within: 1e-5)
  }

  @Test("a row's answer under one condition is that of a stacked batch", arguments: try! ParityCase.all("mlp"))
  func stacked(reference: ParityCase) throws {
    try reference.expectStackedAgreement(within: 2e-6)
  }
}
