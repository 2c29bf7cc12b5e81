import FeynmanKac

/// How large the arrays of a run will be, which is known before it starts.
enum ResultSizes {
  /// The sizes in bytes, one for each file.
  static func bytes(_ plan: Sampler.Plan, particles: Int) -> [Int] {
    let arrays = [
      [particles, plan.dimensions, 4],  // samples.npy
      [particles, 8], [particles, 8],  // log_weights.npy, ancestors.npy
      [plan.genealogySlices, particles, 4],
    ]
    let trajectory = plan.trajectory.map { shape in
      [
        [shape.rows, shape.slots, shape.dimensions, 4], [shape.rows, shape.slots, 4],
        [shape.rows, shape.slots, 8],
      ]
    }
    return (arrays + (trajectory ?? [])).map(product)
  }

  /// The largest number where there is none so large.
  private static func product(_ factors: [Int]) -> Int {
    factors.reduce(1) { product, factor in
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      return overflow ? .max : next
    }
  }
}
