import CKernels
import Foundation
import Testing

@Suite("Activations and normalisation")
struct ActivationTests {
  private static let kinds: [(name: String, kind: CInt, exact: @Sendable (Double) -> Double)] = [
    ("identity", CInt(FK_IDENTITY), { $0 }),
    ("silu", CInt(FK_SILU), { $0 / (1 + exp(-$0)) }),
    ("gelu", CInt(FK_GELU), { 0.5 * $0 * erfc(-$0 / 2.0.squareRoot()) }),
    ("relu", CInt(FK_RELU), { max($0, 0) }),
    ("tanh", CInt(FK_TANH), { tanh($0) }),
    ("sigmoid", CInt(FK_SIGMOID), { 1 / (1 + exp(-$0)) }),
  ]

  // With some width that no vector divides, so that the ends of rows are looked at too. The worst is 3e-7 (gelu's tail).
  @Test("are those of the mathematics to 5e-7, with a bias and without", arguments: KernelLevel.available)
  func values(level: KernelLevel) {
    let width = 37
    let rows = 5000
    let inputs = (0..<rows * width).map { -20 + 40 * Float($0) / Float(rows * width) }
    let bias = (0..<width).map { Float($0) / 10 - 1 }
    for (name, kind, exact) in Self.kinds {
      for hasBias in [false, true] {
        var values = inputs
        level.kernels.activate(kind, rows, width, hasBias ? bias : nil, &values)
        var worst = 0.0
        for (index, value) in values.enumerated() {
          let x = Double(inputs[index] + (hasBias ? bias[index % width] : 0))
          worst = max(worst, abs(Double(value) - exact(x)) / max(1, abs(exact(x))))
        }
        #expect(worst < 5e-7, "\(name)")
      }
    }
  }

  @Test("tanh and gelu keep their relative precision near 0", arguments: KernelLevel.available)
  func nearZero(level: KernelLevel) {
    let inputs = (1...4000).map { Float($0) / 4000 }
    for (name, kind, exact) in Self.kinds where name == "tanh" || name == "gelu" {
      var values = inputs
      level.kernels.activate(kind, 1, inputs.count, nil, &values)
      let worst = zip(inputs, values).map { abs(Double($1) / exact(Double($0)) - 1) }.max()!
      #expect(worst < 4e-7, "\(name)")
    }
  }

  @Test("NaN stays NaN and large arguments reach their limits", arguments: KernelLevel.available)
  func ends(level: KernelLevel) {
    let limits: [CInt: [Float]] = [
      CInt(FK_SILU): [0, 1e30], CInt(FK_GELU): [0, 1e30], CInt(FK_RELU): [0, 1e30],
      CInt(FK_TANH): [-1, 1], CInt(FK_SIGMOID): [0, 1],
    ]
    for (kind, expected) in limits {
      var values: [Float] = [-1e30, 1e30, .nan]
      level.kernels.activate(kind, 1, 3, nil, &values)
      #expect(abs(values[0] - expected[0]) < 1e-7)
      #expect(values[1] == expected[1])
      #expect(values[2].isNaN)
    }
  }

  @Test("layer norm gives rows mean 0 and variance 1, then gain and bias", arguments: KernelLevel.available)
  func layerNorm(level: KernelLevel) {
    for width in [1, 7, 16, 45] {
      let rows = 9
      let values = (0..<rows * width).map { Float(($0 * 7919) % 101) / 25 + 3 }
      let gain = (0..<width).map { 1 + Float($0) / 10 }
      let bias = (0..<width).map { Float($0) / 7 - 1 }
      var results = [Float](repeating: 0, count: rows * width)
      level.kernels.layer_norm(rows, width, gain, bias, values, &results)
      for row in 0..<rows {
        let x = values[row * width..<(row + 1) * width].map(Double.init)
        let mean = x.reduce(0, +) / Double(width)
        let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
        for j in 0..<width {
          let exact = (x[j] - mean) / (variance + 1e-5).squareRoot() * Double(gain[j]) + Double(bias[j])
          #expect(abs(Double(results[row * width + j]) - exact) < 1e-5)
        }
      }
    }
  }
}
