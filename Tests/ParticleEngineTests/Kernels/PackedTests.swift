import CKernels
import Foundation
import Testing

@Suite("Layers with packed weights")
struct PackedTests {
  // Rows: whole tiles of 6, a rest, fewer than a tile. Outputs: whole panels of every level and parts of one. Inputs:
  // more than one block of them, and a part of one.
  private static let shapes = [
    (1, 1, 1), (6, 96, 64), (7, 97, 65), (13, 200, 128), (17, 31, 48), (5, 7, 112), (4, 193, 9),
  ]

  private static func packed(
    _ level: KernelLevel, _ inputs: Int, _ outputs: Int, _ weights: [Float], _ stride: Int
  )
    -> [Float]
  {
    // NaN where nothing is written, so that reading there shows.
    var packed = [Float](repeating: .nan, count: fk_packed_size(inputs, outputs))
    level.kernels.pack_weights(inputs, outputs, weights, stride, &packed)
    return packed
  }

  // Seen to catch: a bias added in every block of inputs; an edge panel that forgets the sums of the blocks before.
  @Test(
    "are activation(result + weights·values + bias) to the rounding of sums, and write nothing else",
    arguments: KernelLevel.available)
  func products(level: KernelLevel) {
    for (rows, inputs, outputs) in Self.shapes {
      let stride = inputs + 3
      let values = DenseTests.numbers(rows * inputs, 1)
      let weights = DenseTests.numbers(outputs * stride, 2)
      let bias = DenseTests.numbers(outputs, 3)
      let before = DenseTests.numbers(rows * outputs, 4) + [7, 8]
      let packed = Self.packed(level, inputs, outputs, weights, stride)
      for (kind, activation) in DenseTests.kinds {
        for (hasBias, adding) in [(true, false), (false, false), (true, true), (false, true)] {
          var results = before
          level.kernels.multiply_packed(
            rows, inputs, outputs, values, packed, hasBias ? bias : nil, adding ? 1 : 0, kind, &results)
          var worst = 0.0
          for row in 0..<rows {
            for j in 0..<outputs {
              var sum = adding ? Double(before[row * outputs + j]) : 0
              if hasBias { sum += Double(bias[j]) }
              // Every addition rounds to 2⁻²⁴ of what there is by then, and so may every product.
              var roundings = abs(sum)
              for k in 0..<inputs {
                let product = Double(values[row * inputs + k]) * Double(weights[j * stride + k])
                sum += product
                roundings += abs(sum) + abs(product)
              }
              let error = abs(Double(results[row * outputs + j]) - activation(sum))
              // No activation is steeper than 1.13; their own errors are below 1e-6, relative beyond 1.
              worst = max(worst, error / (1.13 * 0x1p-24 * roundings + 1e-6 * max(1, abs(sum))))
            }
          }
          #expect(worst < 1, "\(rows) × \(inputs) × \(outputs), \(kind), bias \(hasBias), adding \(adding)")
          #expect(Array(results.suffix(2)) == [7, 8])
        }
      }
    }
  }

  @Test(
    "a row's results are the same bytes at every place and among any rows", arguments: KernelLevel.available)
  func places(level: KernelLevel) {
    let (rows, inputs, outputs) = (20, 137, 80)
    let row = DenseTests.numbers(inputs, 5)
    let packed = Self.packed(level, inputs, outputs, DenseTests.numbers(inputs * outputs, 6), inputs)
    let bias = DenseTests.numbers(outputs, 7)
    var alone = [Float](repeating: 0, count: outputs)
    level.kernels.multiply_packed(1, inputs, outputs, row, packed, bias, 0, CInt(FK_SILU), &alone)
    for place in 0..<rows {
      var values = DenseTests.numbers(rows * inputs, 8)
      values.replaceSubrange(place * inputs..<(place + 1) * inputs, with: row)
      var results = [Float](repeating: 0, count: rows * outputs)
      level.kernels.multiply_packed(rows, inputs, outputs, values, packed, bias, 0, CInt(FK_SILU), &results)
      #expect(Array(results[place * outputs..<(place + 1) * outputs]) == alone)
    }
  }

  @Test("NaN and infinity stay in their row", arguments: KernelLevel.available)
  func notFinite(level: KernelLevel) {
    let (rows, inputs, outputs) = (9, 100, 70)
    let packed = Self.packed(level, inputs, outputs, DenseTests.numbers(inputs * outputs, 6), inputs)
    let good = DenseTests.numbers(rows * inputs, 8)
    var expected = [Float](repeating: 0, count: rows * outputs)
    level.kernels.multiply_packed(rows, inputs, outputs, good, packed, nil, 0, CInt(FK_SILU), &expected)
    for poison in [Float.nan, .infinity] {
      var values = good
      values[4 * inputs + 99] = poison
      var results = [Float](repeating: 0, count: rows * outputs)
      level.kernels.multiply_packed(
        rows, inputs, outputs, values, packed, nil, 0, CInt(FK_IDENTITY), &results)
      for row in 0..<rows {
        #expect(results[row * outputs..<(row + 1) * outputs].allSatisfy { $0.isFinite == (row != 4) })
      }
      level.kernels.multiply_packed(rows, inputs, outputs, values, packed, nil, 0, CInt(FK_SILU), &results)
      for row in 0..<rows where row != 4 {
        let range = row * outputs..<(row + 1) * outputs
        #expect(Array(results[range]) == Array(expected[range]))
      }
    }
  }
}
