import CKernels
import FeynmanKac

extension Workload {
  /// exp, log and log Σ exp of arrays.
  static var exponentials: [Workload] {
    [1024, 1_000_000].flatMap { count in
      [
        Workload("exp.N=\(count)", count, "numbers") {
          let values = Buffer<Float>(count) { Float(20 * spread($0)) }
          let results = Buffer<Float>(count, 0)
          return { fk_exponentials(values.start, results.start, count) }
        },
        Workload("log.N=\(count)", count, "numbers") {
          let values = Buffer<Float>(count) { Float(1.001 + spread($0)) }
          let results = Buffer<Float>(count, 0)
          return { fk_logarithms(values.start, results.start, count) }
        },
        Workload("log-sum-exp.N=\(count)", count, "numbers") {
          let values = Buffer<Double>(count) { 20 * spread($0) }
          let result = Buffer<Double>(1, 0)
          return {
            result.start[0] = LogWeights.logSumExp(UnsafeBufferPointer(start: values.start, count: count))
          }
        },
      ]
    }
  }
}
