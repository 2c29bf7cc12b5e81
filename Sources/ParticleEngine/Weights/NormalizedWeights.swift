/// Weights that sum to one: a view of memory that somebody else owns, valid during the call that hands it over.
public struct NormalizedWeights {
  /// `Wᵢ ≥ 0`, `Σ Wᵢ = 1` to rounding.
  public let values: UnsafeBufferPointer<Double>

  /// Takes values that already sum to one.
  public init(unchecked values: UnsafeBufferPointer<Double>) { self.values = values }

  /// `N`.
  public var count: Int { values.count }
  /// `Wᵢ`.
  public subscript(index: Int) -> Double { values[index] }

  /// True where all weights are the same to the last bit.
  var areEqual: Bool {
    guard let first = values.first else { return true }
    return values.allSatisfy { $0 == first }
  }

  /// The index of the last weight that is not zero.
  var lastPositive: Int {
    guard let index = values.lastIndex(where: { $0 > 0 }) else {
      preconditionFailure("every weight is zero")
    }
    return index
  }
}
