import FeynmanKac
import Foundation
import Testing

@Suite struct SampleSetTests {
  @Test("what is no sample is refused by name")
  func refusals() {
    func fault(_ values: [Float], _ dimensions: Int, _ logWeights: [Double]? = nil) -> String? {
      do throws(SampleSetError) {
        _ = try SampleSet(values, dimensions: dimensions, logWeights: logWeights)
        return nil
      } catch { return error.description }
    }
    #expect(fault([], 2) == "0 values are no rows of 2; give [N, d] with N and d at least 1")
    #expect(fault([1, 2, 3], 2) == "3 values are no rows of 2; give [N, d] with N and d at least 1")
    #expect(fault([1, 2, 3, .nan], 2) == "row 1, column 1 is not finite")
    #expect(fault([1, 2], 1, [0]) == "1 log weights for 2 rows; give one for each row")
    #expect(fault([1, 2], 1, [0, .nan]) == "the log weight of row 1 is NaN or +∞")
    #expect(fault([1, 2], 1, [-.infinity, -.infinity]) == "every weight is zero")
  }

  @Test("log weights far from zero are shifted, and rows of weight zero are never drawn")
  func weights() throws {
    let set = try SampleSet(
      [1, 2, 3, 4], dimensions: 1, logWeights: [5000, 5000 + log(3), -.infinity, -.infinity])
    #expect(abs(set.weights[0] - 0.25) < 1e-12 && abs(set.weights[1] - 0.75) < 1e-12)
    var generator = TestGenerator(state: 1)
    for _ in 0..<50 {
      let drawn = set.equallyWeighted(4, using: &generator)
      #expect(drawn.values.sorted() == [1, 2, 2, 2])
      #expect(!drawn.isWeighted)
    }
  }

  @Test("rows that count the same are drawn without repetition, whole")
  func subsets() throws {
    let set = try ComparedSamples.first(40)
    var generator = TestGenerator(state: 2)
    let drawn = set.equallyWeighted(25, using: &generator)
    let rows = Set((0..<40).map { [set.values[2 * $0], set.values[2 * $0 + 1]] })
    let found = Set((0..<25).map { [drawn.values[2 * $0], drawn.values[2 * $0 + 1]] })
    #expect(found.count == 25 && found.isSubset(of: rows))
  }
}
