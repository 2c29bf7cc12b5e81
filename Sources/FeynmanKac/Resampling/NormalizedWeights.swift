/// Weights that sum to one: a view of memory that somebody else owns, valid during the call that hands it over.
public struct NormalizedWeights {
  /// `Wᵢ ≥ 0`, `Σ Wᵢ = 1` to rounding.
  public let values: UnsafeBufferPointer<Double>

  /// Takes values that already sum to one.
  public init(unchecked values: UnsafeBufferPointer<Double>) { self.values = values }

  public var count: Int { values.count }
  public subscript(index: Int) -> Double { values[index] }
}
