/// What one thread needs to resample an island.
///
/// Unchecked: a pass hands each to one thread at a time.
final class ResamplingScratch: @unchecked Sendable {
  /// Normalised, `[n]`.
  let weights: UnsafeMutablePointer<Double>
  /// The resampler's choice, from `0..<n`, `[n]`.
  let ancestors: UnsafeMutablePointer<Int32>
  /// The linear control's products of an island, `[d+3, d+3]`.
  let products: UnsafeMutablePointer<Double>
  /// For `SurvivingAncestors`, `[n]`.
  let isAlive: UnsafeMutablePointer<UInt8>
  var workspace = ResamplingWorkspace()
  var placement = Placement()

  init(_ count: Int, productSize: Int, in arena: Arena) {
    weights = arena.allocate(Double.self, count)
    ancestors = arena.allocate(Int32.self, count)
    products = arena.allocate(Double.self, productSize)
    isAlive = arena.allocate(UInt8.self, count)
  }
}
