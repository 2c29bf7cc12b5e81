import CKernels
import Foundation
import Testing

@Suite("kernels that fit and apply a control")
struct ControlKernelTests {
  // Seen to catch: the last coordinate's product in place of the first one's (off by .2 to 7).
  @Test(
    "the products of a linear and of a diagonal control agree with plain sums",
    arguments: KernelLevel.available,
    [false, true])
  func controlProducts(_ level: KernelLevel, _ isDiagonal: Bool) {
    let rows = KernelRows(count: 17, dimensions: 3)
    let logWeights = (0..<17).map { -0.3 * Double($0) }
    let rates = (0..<17).map { sin(Double($0)) }
    let features = (0..<17).map { cos(Double($0)) }
    let count = isDiagonal ? 8 : 6
    var buffer = [Double](repeating: 0, count: 8 * count)
    var products = [Double](repeating: 0, count: count * count)
    rows.states.withUnsafeBufferPointer { states in
      level.kernels.control_products(
        17, 3, logWeights, 0, rates, features, isDiagonal ? states.baseAddress : nil, rows.scores,
        rows.gradients, &buffer, &products)
    }
    let vectors = (0..<17).map { row in
      let total = (0..<3).map { Double(rows.scores[row * 3 + $0]) + Double(rows.gradients[row * 3 + $0]) }
      let own = (0..<2).map { 1 + Double(rows.states[row * 3 + $0]) * total[$0] }
      return [1, features[row]] + total + (isDiagonal ? own : []) + [rates[row]]
    }
    for i in 0..<count {
      for j in i..<count {
        let sum = (0..<17).reduce(0) { $0 + exp(logWeights[$1]) * vectors[$1][i] * vectors[$1][j] }
        #expect(abs(products[i * count + j] - sum) < 1e-12)
      }
    }
  }

  // A matrix AᵀA of 11 columns, the last of which is a right-hand side, factored from row 1 on.
  // Seen to catch: a row left out where five are above (off by .02 to 1).
  @Test(
    "the Cholesky factor gives the matrix again, and stops at a pivot that is not positive",
    arguments: KernelLevel.available)
  func cholesky(_ level: KernelLevel) {
    let width = 11
    func value(_ column: Int, _ row: Int) -> Double {
      let phase = Double(1 + column * 20 + row)
      return sin(phase * phase)
    }
    let columns = (0..<width).map { i in (0..<20).map { value(i, $0) } }
    func product(_ i: Int, _ j: Int) -> Double { zip(columns[i], columns[j]).reduce(0) { $0 + $1.0 * $1.1 } }
    var matrix = (0..<width * width).map { product($0 / width, $0 % width) }
    let whole = matrix
    #expect(level.kernels.cholesky(1, width - 2, width, &matrix) == width - 1)
    #expect(Array(matrix[..<width]) == Array(whole[..<width]))
    for i in 1..<width - 1 {
      for j in i..<width {
        let sum = (1...i).reduce(0) { $0 + matrix[$1 * width + i] * matrix[$1 * width + j] }
        #expect(abs(sum - whole[i * width + j]) < 1e-12)
      }
    }
    matrix = whole
    matrix[6 * width + 6] = 0
    #expect(level.kernels.cholesky(1, width - 2, width, &matrix) == 6)
  }

  // Seen to catch, each off by up to 3 and more: the deviation of the first coordinate for all; its normal for all; the point before left out.
  @Test("a step of each coordinate's own agrees with its formula", arguments: KernelLevel.available)
  func coordinateStep(_ level: KernelLevel) {
    var step = fk_affine()
    step.history = 1
    step.history_state = 0.9
    step.point_state = 0.8
    step.point_score = 1.1
    step.point_gradient = 0.6
    for (count, dimensions) in RunKernelTests.shapes {
      let rows = KernelRows(count: count, dimensions: dimensions)
      func coefficients(_ kind: Int) -> [Float] { (0..<dimensions).map { cos(Float(kind + 5 * $0)) } }
      let own = (0..<5).map(coefficients)
      for hasGradients in [false, true] {
        var (states, points) = (rows.states, rows.points)
        own[0].withUnsafeBufferPointer { state in
          own[1].withUnsafeBufferPointer { score in
            own[2].withUnsafeBufferPointer { gradient in
              own[3].withUnsafeBufferPointer { history in
                own[4].withUnsafeBufferPointer { deviation in
                  var columns = fk_coordinates(
                    state: state.baseAddress!, score: score.baseAddress!, gradient: gradient.baseAddress!,
                    history: history.baseAddress!, deviation: deviation.baseAddress!)
                  rows.gradients.withUnsafeBufferPointer { gradients in
                    level.kernels.coordinate_step(
                      count, dimensions, &states, rows.scores, hasGradients ? gradients.baseAddress : nil,
                      &points,
                      rows.offsets, rows.normals, &step, &columns)
                  }
                }
              }
            }
          }
        }
        for i in states.indices {
          let j = i % dimensions
          let y = Double(rows.states[i])
          let (s, g) = (Double(rows.scores[i]), hasGradients ? Double(rows.gradients[i]) : 0)
          let c = own.map { Double($0[j]) }
          let change = c[0] * y + c[1] * s + c[2] * g + c[3] * (0.9 * y - Double(rows.points[i]))
          let end = y + change + Double(rows.offsets[j]) + c[4] * Double(rows.normals[i])
          #expect(abs(Double(states[i]) - end) < 3e-6)
          #expect(abs(Double(points[i]) - (0.8 * y + 1.1 * s + 0.6 * g)) < 3e-6)
        }
      }
    }
  }
}
