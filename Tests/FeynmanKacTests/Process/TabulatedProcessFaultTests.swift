import FeynmanKac
import Testing

/// Seen to catch: levels that nothing looks at.
@Suite("tables that are no path")
struct TabulatedProcessFaultTests {
  private func fault(_ make: () throws -> TabulatedProcess) -> String {
    do {
      _ = try make()
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test("what is no path is refused with the entry and its values")
  func faults() {
    let four = [0.9, 0.8, 0.5, 0.1]
    #expect(
      fault { try TabulatedProcess(signal: [1, 1, 1, 1], noise: [1, 2, 1.5, 3]) }
        == "noise: (σ/α)² must rise strictly, and is 4.0 at entry 1 and 2.25 at entry 2, counted from 0")
    #expect(
      fault { try TabulatedProcess(signal: [1, 1, 1, 1], noise: [1, 2, 2, 3]) }
        == "noise: (σ/α)² must rise strictly, and is 4.0 at entry 1 and 4.0 at entry 2, counted from 0")
    #expect(
      fault { try TabulatedProcess(signal: [1, 1, 1], noise: [3, 2, 1]) }
        == "noise: (σ/α)² must rise strictly, and is 9.0 at entry 0 and 4.0 at entry 1, counted from 0; "
        + "a table that begins at the noise has `timeZero: .noise`")
    #expect(
      fault { try TabulatedProcess(signal: [1, 1, 1], noise: [1, 2, 3], timeZero: .noise) }
        == "noise: (σ/α)² must fall strictly, and is 1.0 at entry 0 and 4.0 at entry 1, counted from 0; "
        + "a table that begins at the data has `timeZero: .data`")
    #expect(
      fault { try TabulatedProcess(signal: [1, 1, 0], noise: [0, 2, 3]) }
        == "noise: 1 of 3 entries have both signal and noise; give at least 3")
    #expect(
      fault { try TabulatedProcess(signal: [1, 0, 1], noise: [1, 0, 3]) }
        == "noise: entry 1, counted from 0, has neither signal nor noise")
    #expect(
      fault { try TabulatedProcess(signal: [1, -1, 1], noise: [1, 2, 3]) }
        == "signal: is -1.0 at entry 1, counted from 0; give numbers of at least 0")
    #expect(
      fault { try TabulatedProcess(signal: [1, 1, 1], noise: [1, 2, .nan]) }
        == "noise: is nan at entry 2, counted from 0; give numbers of at least 0")
    #expect(
      fault { try TabulatedProcess(signal: [1, 1, 1], noise: [1, 2]) }
        == "noise: has 2 entries and `signal` 3; give as many")
    #expect(
      fault { try TabulatedProcess(signal: [1, 1, 1], noise: [1e-140, 2, 3]) }
        == "noise: (σ/α)² is 1e-280 at entry 0, counted from 0; give 0, 1e-260 to 1e260, or infinity")
    #expect(fault { try TabulatedProcess(signal: [], noise: []) }.hasPrefix("noise: 0 of 0 entries"))
    #expect(
      fault { try TabulatedProcess(alphasCumprod: [0.9, 0.5, 1.5]) }
        == "alphasCumprod: is 1.5 at entry 2, counted from 0; give numbers from 0 to 1")
    #expect(
      fault { try TabulatedProcess(betas: [0.1, 0, 0.2, 0.3]) }.hasPrefix(
        "betas: (σ/α)² must rise strictly, and is "))
    #expect(
      fault { try TabulatedProcess(alphasCumprod: four, times: [0, 0.5, 1]) }
        == "times: has 3 entries, the table 4; give as many")
    #expect(
      fault { try TabulatedProcess(alphasCumprod: four, times: [0, 0.5, 0.5, 1]) }
        == "times: must rise, by 1e-9 or more, and is 0.5 at entry 1 and 0.5 at entry 2, counted from 0")
    #expect(
      fault { try TabulatedProcess(alphasCumprod: four, times: [0.001, 0.5, 0.6, 1]) }
        == "times: runs from 0.001 to 1.0; give the whole way from 0 to 1, of which a run may take a part")
  }
}
