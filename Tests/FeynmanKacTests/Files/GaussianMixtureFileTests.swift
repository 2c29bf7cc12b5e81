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
    #expect(
      throws: FileError(
        .malformed, "q.json", "standard_deviations: row 2 has 2 entries; the means have 1")
    ) { try mixture(#"{"means": [[0], [1]], "standard_deviations": [[1], [1, 2]]}"#) }
    #expect(throws: FileError(.malformed, "q.json", "line 1: found -Infinity; give a finite number")) {
      try mixture(#"{"note": "a \"quoted\" NaN", "means": [[-Infinity]], "standard_deviations": 1}"#)
    }
    #expect(throws: FileError(.missing, "/nowhere/q.json", "no such file")) {
      try GaussianMixture(file: "/nowhere/q.json")
    }
  }

  @Test("numbers that no float is, repeated keys and broken JSON are told apart")
  func precise() {
    let rest = #""standard_deviations": 1"#
    let cases: [(String, String)] = [
      (
        #"{"means": [[0, 1e-400]], \#(rest)}"#,
        "means.0.1: 1e-400 is too small for a 64-bit float; give 0 or a larger number"
      ),
      (#"{"means": [[0, 1e400]], \#(rest)}"#, "line 1: found 1e400; give a finite number"),
      (
        "{\"means\": [[0]],\n\(rest),\n\"means\": [[1]]}",
        "line 3: is not JSON: found the key 'means' a second time"
      ),
      (
        "{\"means\": [[0]],\r\n\(rest)", "line 2: is not JSON: found the end where ',' or '}' should be"
      ),
      ("", "line 1: is not JSON: found the end where a value should be"),
      (
        "[1]",
        "its top is not an object; give one with means [[number]], standard_deviations (a number, [number] or "
          + "[[number]]) and weights [number]"
      ),
    ]
    for (json, problem) in cases {
      #expect(throws: FileError(.malformed, "q.json", problem)) { try mixture(json) }
    }
    #expect(throws: FileError(.malformed, "q.json", "is UTF-16 text; save it as UTF-8")) {
      try GaussianMixture(json: [0xFF, 0xFE, 0x7B, 0], file: "q.json")
    }
  }

  @Test("a byte order mark and other line ends change nothing")
  func marks() throws {
    let json = "{\r\n\"means\": [[0.0, 5e-324]],\r\n\"standard_deviations\": 1\r\n}\r\n"
    let read = try GaussianMixture(json: [0xEF, 0xBB, 0xBF] + Array(json.utf8), file: "q.json")
    #expect(read.means == [[0, 5e-324]])
  }
}
