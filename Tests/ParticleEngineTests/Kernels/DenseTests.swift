import CKernels
import Foundation
import Testing

@Suite("Dense layers")
struct DenseTests {
  static let kinds: [(CInt, @Sendable (Double) -> Double)] = [
    (CInt(FK_IDENTITY), { $0 }),
    (CInt(FK_SILU), { $0 / (1 + exp(-$0)) }),
    (CInt(FK_GELU), { 0.5 * $0 * erfc(-$0 / 2.0.squareRoot()) }),
    (CInt(FK_RELU), { max($0, 0) }),
    (CInt(FK_TANH), { tanh($0) }),
    (CInt(FK_SIGMOID), { 1 / (1 + exp(-$0)) }),
  ]

  /// Numbers of size 1 without a pattern.
  static func numbers(_ count: Int, _ salt: Int) -> [Float] {
    (0..<count).map { Float(($0 * 7919 + salt * 104_729) % 1009) / 504.5 - 1 }
  }

  // Rows: whole tiles of 6, a rest, fewer than a tile. Outputs: whole panels of every level and rests.
  @Test(
    "are activation(result + values·weights + bias) to 1e-6 of a sum's size", arguments: KernelLevel.available
  )
  func products(level: KernelLevel) {
    for (rows, inputs, outputs) in [(1, 1, 16), (6, 24, 64), (13, 64, 64), (17, 31, 48), (5, 7, 112)] {
      let values = Self.numbers(rows * inputs, 1)
      let weights = Self.numbers(inputs * outputs, 2)
      let bias = Self.numbers(outputs, 3)
      let before = Self.numbers(rows * outputs, 4)
      for (kind, activation) in Self.kinds {
        for (hasBias, adding) in [(true, false), (false, false), (true, true), (false, true)] {
          var results = before
          level.kernels.dense(
            rows, inputs, outputs, values, weights, hasBias ? bias : nil, adding ? 1 : 0, kind, &results)
          var worst = 0.0
          for row in 0..<rows {
            for j in 0..<outputs {
              var sum = hasBias ? Double(bias[j]) : 0
              if adding { sum += Double(before[row * outputs + j]) }
              for k in 0..<inputs {
                sum += Double(values[row * inputs + k]) * Double(weights[k * outputs + j])
              }
              worst = max(worst, abs(Double(results[row * outputs + j]) - activation(sum)))
            }
          }
          #expect(worst < 1e-6 * Double(inputs).squareRoot() * 2, "\(rows) × \(inputs) × \(outputs), \(kind)")
        }
      }
    }
  }

  // Seen to catch: rows after the last whole tile that leave out an input.
  @Test(
    "a row's results are the same bytes at every place and among any rows", arguments: KernelLevel.available)
  func places(level: KernelLevel) {
    let (rows, inputs, outputs) = (20, 37, 80)
    let row = Self.numbers(inputs, 5)
    let weights = Self.numbers(inputs * outputs, 6)
    let bias = Self.numbers(outputs, 7)
    var alone = [Float](repeating: 0, count: outputs)
    level.kernels.dense(1, inputs, outputs, row, weights, bias, 0, CInt(FK_SILU), &alone)
    for place in 0..<rows {
      var values = Self.numbers(rows * inputs, 8)
      values.replaceSubrange(place * inputs..<(place + 1) * inputs, with: row)
      var results = [Float](repeating: 0, count: rows * outputs)
      level.kernels.dense(rows, inputs, outputs, values, weights, bias, 0, CInt(FK_SILU), &results)
      #expect(Array(results[place * outputs..<(place + 1) * outputs]) == alone)
    }
  }
}
