extension FixedWidthInteger {
  /// The whole part of a number, or the nearest end of this type's range where it lies beyond; 0 for NaN.
  ///
  /// The standard library's conversion ends the process there. Where being out of range is somebody's mistake, use
  /// `init(exactly:)` and say so.
  // Inlinable, or other modules look up its type's metadata at every call.
  @inlinable package init(clamping value: Double) {
    guard value.isFinite else {
      self = value == .infinity ? .max : value == -.infinity ? .min : 0
      return
    }
    guard value >= -0x1p63, value < 0x1p63 else {
      self = Self(exactly: value) ?? (value < 0 ? .min : .max)
      return
    }
    // By its type, the one that does not throw; see BareConversions.
    let whole: (Double) -> Int64 = Int64.init
    self.init(clamping: whole(value))
  }
}

extension Sequence<Int> {
  /// The product of sizes that a file states; `Int.max` where it is beyond that, which is the size of nothing.
  package var clampedProduct: Int {
    var product = 1
    for size in self {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow else { return .max }
      product = next
    }
    return product
  }
}
