import CKernels

extension Workload {
  /// Standard normals: a block's worth, and more than a cache holds.
  static var normals: [Workload] {
    [1024, 65_536, 1_000_000, 10_000_000].map { count in
      Workload("philox.N=\(count)", count, "normals") {
        let normals = Buffer<Float>(count, 0)
        var step: UInt32 = 0
        return {
          step &+= 1
          fk_fill_normals(normals.start, count, 7, step, 0, 0)
        }
      }
    }
  }
}
