import FeynmanKac
import Foundation
import Testing

@Suite struct GaussianMixtureFileTests {
  private func mixture(_ json: String) throws -> GaussianMixture {
    try GaussianMixture(json: Array(json.utf8), file: "q.json")
  }

  @Test("a standard deviation for all, for each component, or for each component and dimension")
  func spreads() throws {
    let means = #""means": [[0, 1], [2, 3]]"#
    #expect(try mixture("{\(means), \"standard_deviations\": 2}").standardDeviations == [[2, 2], [2, 2]])
    #expect(
      try mixture("{\(means), \"standard_deviations\": [2, 3]}").standardDeviations == [[2, 2], [3, 3]])
    #expect(
      try mixture("{\(means), \"standard_deviations\": [[2, 3], [4, 5]]}").standardDeviations == [
        [2, 3], [4, 5],
      ])
  }

  @Test("weights are equal where the file has none, and other keys are ignored")
  func weights() throws {
    let equal = try mixture(#"{"means": [[0], [1]], "standard_deviations": 1, "note": {"NaN": [true]}}"#)
    #expect(equal.weights == [0.5, 0.5])
    let given = try mixture(#"{"means": [[0], [1]], "standard_deviations": 1, "weights": [0.25, 0.75]}"#)
    #expect(given.weights == [0.25, 0.75])
  }

  @Test("an error names the file and the key")
  func errors() throws {
    #expect(
      throws: FileError(
        .malformed, "q.json", "weights: sum to 0.5; give positive numbers that sum to 1 within 1e-6")
    ) { try mixture(#"{"means": [[0], [1]], "standard_deviations": 1, "weights": [0.25, 0.25]}"#) }
    #expect(throws: FileError(.malformed, "q.json", "line 1: found -Infinity; give a finite number")) {
      try mixture(#"{"note": "a \"quoted\" NaN", "means": [[-Infinity]], "standard_deviations": 1}"#)
    }
    #expect(throws: FileError(.missing, "/nowhere/q.json", "no such file")) {
      try GaussianMixture(file: "/nowhere/q.json")
    }
  }
}
