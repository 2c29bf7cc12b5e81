internal import COpenBLAS
import FeynmanKac

extension BLAS {
  /// Floating-point operations a second of this machine's single-precision matrix product, in billions: the best of
  /// several products of 512×512 matrices, on `threads` threads at once. OpenBLAS must be loaded. Takes about a quarter
  /// of a second. Nil where limits leave too little memory for so many threads.
  public static func measuredRate(threads: Int) -> Double? {
    guard LargePages.canMap(threads.multipliedSaturating(by: bytesPerThread)) else { return nil }
    let size = 512
    let repeats = 4
    let values = (0..<size * size).map { Float($0 % 13) / 13 }
    let clock = ContinuousClock()
    var best = Duration.seconds(1000)
    let pool = WorkerPool(threads: threads)
    for _ in 0..<8 {
      let elapsed = clock.measure {
        pool.run(tasks: threads) { _, _ in
          var product = [Float](repeating: 0, count: size * size)
          for _ in 0..<repeats {
            fk_multiply_transposed(
              CInt(size), CInt(size), CInt(size), values, CInt(size), values, CInt(size), 0, &product,
              CInt(size))
          }
        }
      }
      best = min(best, elapsed)
    }
    let operations = 2.0 * Double(size * size * size * repeats * threads)
    return operations / (best / .seconds(1)) / 1e9
  }
}
