internal import CKernels
import FeynmanKac
import Libc

extension Activation {
  /// `results ← results · act'(values)`, `[rows, width]`; `values` are spoilt.
  func multiplyBySlope(
    rows: Int, width: Int, _ values: UnsafeMutablePointer<Float>, _ results: UnsafeMutablePointer<Float>
  ) {
    let count = rows * width
    switch self {
    case .silu:
      // σ(x) (1 + x (1 − σ(x))); a row of sigmoids fits on the stack.
      withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { sigmoids in
        for row in 0..<rows {
          let inputs = values + row * width
          let sigmoid = sigmoids.baseAddress!
          sigmoid.update(from: inputs, count: width)
          fk_activate(Self.sigmoidKernel, 1, width, nil, sigmoid)
          let factors = results + row * width
          for j in 0..<width { factors[j] *= sigmoid[j] * (1 + inputs[j] * (1 - sigmoid[j])) }
        }
      }
    case .gelu:
      for i in 0..<count {
        let x = values[i]
        let normal = 0.5 * (1 + erf(x * 0.7071068))
        results[i] *= normal + x * 0.3989423 * exp(-0.5 * x * x)
      }
    case .relu:
      for i in 0..<count where values[i] <= 0 { results[i] = 0 }
    case .tanh:
      fk_activate(kernel, rows, width, nil, values)
      for i in 0..<count { results[i] *= 1 - values[i] * values[i] }
    }
  }
}
