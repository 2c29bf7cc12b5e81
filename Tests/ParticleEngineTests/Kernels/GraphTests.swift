import CKernels
import Foundation
import Testing

@Suite("Kernels of graph networks")
struct GraphTests {
  /// All pairs of 7 atoms, once or for each end: 21 and 42 edges, neither of them whole vectors or tiles.
  static func pairs(symmetric: Bool) -> (first: [Int32], second: [Int32]) {
    var first: [Int32] = []
    var second: [Int32] = []
    for i in 0..<Int32(7) {
      for j in (symmetric ? i + 1 : 0)..<7 where j != i {
        first.append(i)
        second.append(j)
      }
    }
    return (first, second)
  }

  private static func places(_ salt: Int) -> [Float] {
    DenseTests.numbers(28, salt).enumerated().map { $0 % 4 == 3 ? 0 : $1 }
  }

  @Test(
    "gaps and distances are those of starts and moves, small moves far out too",
    arguments: KernelLevel.available)
  func gaps(level: KernelLevel) {
    let (first, second) = Self.pairs(symmetric: true)
    let starts = Self.places(1).map { $0.isZero ? 0 : ($0 * 100).rounded() + 4096 }
    let moves = Self.places(2).map { $0 * 1e-4 }
    var gaps = [Float](repeating: .nan, count: 4 * first.count)
    var distances = [Float](repeating: .nan, count: 32)
    level.kernels.edge_gaps(first.count, first, second, starts, moves, &gaps, &distances)
    for edge in first.indices {
      var square = 1e-12
      for axis in 0..<3 {
        let (i, j) = (4 * Int(first[edge]) + axis, 4 * Int(second[edge]) + axis)
        let exact = (Double(starts[i]) - Double(starts[j])) + (Double(moves[i]) - Double(moves[j]))
        #expect(abs(Double(gaps[4 * edge + axis]) - exact) <= 1.2e-7 * abs(exact) + 1e-11)
        square += exact * exact
      }
      #expect(abs(Double(distances[edge]) / square.squareRoot() - 1) < 3e-7)
    }
    #expect(distances[first.count...].allSatisfy { $0 == 1 })
  }

  @Test("atoms in one place have the distance 1e-6", arguments: KernelLevel.available)
  func coincidence(level: KernelLevel) {
    let places = [Float](repeating: 1, count: 8).enumerated().map { $0 % 4 == 3 ? 0 : $1 }
    var gaps = [Float](repeating: .nan, count: 4)
    var distances = [Float](repeating: .nan, count: 16)
    level.kernels.edge_gaps(1, [0], [1], places, [Float](repeating: 0, count: 8), &gaps, &distances)
    #expect(abs(distances[0] - 1e-6) < 1e-12)
  }

  @Test("radial functions are Gaussians of the logarithm, cut off at e^−30", arguments: KernelLevel.available)
  func radial(level: KernelLevel) {
    let count = 77
    let distances = (0..<80).map { Float(exp(-14 + 0.25 * Double($0))) }
    let centers = (0..<24).map { Float(log(0.2) + Double($0) * 0.148) }
    var features = [Float](repeating: .nan, count: 24 * 80)
    level.kernels.radial_features(count, 24, centers, 0.148, distances, &features)
    for edge in 0..<count {
      for k in 0..<24 {
        let u = (log(Double(distances[edge])) - Double(centers[k])) / Double(Float(0.148))
        let exact = exp(-0.5 * min(u * u, 60))
        // The logarithm's rounding, divided by the spacing.
        #expect(abs(Double(features[k * 80 + edge]) - exact) < 2e-6)
      }
    }
    #expect(abs(features[0] / Float(exp(-30.0)) - 1) < 1e-5)
  }

  @Test("first messages add both ends, the features' product and the shift", arguments: KernelLevel.available)
  func messages(level: KernelLevel) {
    let (inputs, outputs) = (9, 48)
    let weights = DenseTests.numbers(inputs * outputs, 3)
    let shift = DenseTests.numbers(outputs, 4)
    let source = DenseTests.numbers(7 * outputs, 5)
    let target = DenseTests.numbers(7 * outputs, 6)
    for (symmetric, hasEnds) in [(true, true), (false, true), (true, false)] {
      let (first, second) = Self.pairs(symmetric: symmetric)
      let stride = (first.count + 15) / 16 * 16
      let features = DenseTests.numbers(inputs * stride, 7)
      for (kind, activation) in DenseTests.kinds {
        var results = [Float](repeating: .nan, count: first.count * outputs)
        level.kernels.edge_messages(
          first.count, inputs, outputs, features, weights, shift, first, second, hasEnds ? source : nil,
          hasEnds ? target : nil, kind, &results)
        var worst = 0.0
        for edge in first.indices {
          for j in 0..<outputs {
            var sum = Double(shift[j])
            if hasEnds {
              sum +=
                Double(source[Int(first[edge]) * outputs + j])
                + Double(target[Int(second[edge]) * outputs + j])
            }
            for k in 0..<inputs {
              sum += Double(features[k * stride + edge]) * Double(weights[k * outputs + j])
            }
            worst = max(worst, abs(Double(results[edge * outputs + j]) - activation(sum)))
          }
        }
        #expect(worst < 5e-6)
      }
    }
  }

  @Test("attention scales rows by the sigmoid of their product", arguments: KernelLevel.available)
  func attention(level: KernelLevel) {
    let (rows, width) = (21, 48)
    let before = DenseTests.numbers(rows * width, 8)
    let vector = DenseTests.numbers(width, 9)
    var values = before
    var dots = [Float](repeating: .nan, count: rows)
    level.kernels.row_dots(rows, width, before, vector, &dots)
    level.kernels.attend(rows, width, vector, 0.25, &values)
    for row in 0..<rows {
      let exact = (0..<width).reduce(0.0) { $0 + Double(before[row * width + $1]) * Double(vector[$1]) }
      #expect(abs(Double(dots[row]) - exact) < 5e-6)
      let gate = 1 / (1 + exp(-exact - 0.25))
      for j in row * width..<(row + 1) * width {
        #expect(abs(Double(values[j]) - gate * Double(before[j])) < 3e-6)
      }
    }
  }

  @Test("pushes move both ends of a symmetric edge and one of a directed", arguments: KernelLevel.available)
  func pushes(level: KernelLevel) {
    for symmetric in [true, false] {
      for hasUnbounded in [true, false] {
        let (first, second) = Self.pairs(symmetric: symmetric)
        let padded = (first.count + 15) / 16 * 16
        let gaps = DenseTests.numbers(4 * first.count, 10)
        let distances = DenseTests.numbers(padded, 11).map { abs($0) + 0.1 }
        let bounded = DenseTests.numbers(padded, 12).map { 3 * $0 }
        let unbounded = DenseTests.numbers(padded, 13)
        var moves = Self.places(14)
        var exact = moves.map(Double.init)
        level.kernels.push(
          first.count, first, second, symmetric ? 1 : 0, gaps, distances, bounded,
          hasUnbounded ? unbounded : nil, 1.5, 0.5, 0.25, &moves)
        for edge in first.indices {
          let weight = 1.5 * tanh(Double(bounded[edge])) + (hasUnbounded ? Double(unbounded[edge]) : 0)
          for axis in 0..<3 {
            let move = 0.25 * weight * Double(gaps[4 * edge + axis]) / (Double(distances[edge]) + 0.5)
            exact[4 * Int(first[edge]) + axis] += move
            if symmetric { exact[4 * Int(second[edge]) + axis] -= move }
          }
        }
        for index in moves.indices where index % 4 < 3 {
          #expect(abs(Double(moves[index]) - exact[index]) < 3e-6)
        }
      }
    }
  }

  @Test("messages are added to both ends of a symmetric edge", arguments: KernelLevel.available)
  func sums(level: KernelLevel) {
    let width = 48
    for symmetric in [true, false] {
      let (first, second) = Self.pairs(symmetric: symmetric)
      let messages = DenseTests.numbers(first.count * width, 15)
      var sums = DenseTests.numbers(7 * width, 16)
      var exact = sums.map(Double.init)
      level.kernels.add_messages(first.count, width, first, second, symmetric ? 1 : 0, 0.3, messages, &sums)
      for edge in first.indices {
        for j in 0..<width {
          let message = Double(Float(0.3)) * Double(messages[edge * width + j])
          exact[Int(first[edge]) * width + j] += message
          if symmetric { exact[Int(second[edge]) * width + j] += message }
        }
      }
      for (value, exact) in zip(sums, exact) { #expect(abs(Double(value) - exact) < 2e-6) }
    }
  }
}
