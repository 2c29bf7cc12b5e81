/// Consecutive rows of a column: memory that knows its shape.
///
/// Indices are asserted in debug builds and cost nothing in others.
public struct Rows<Element: BitwiseCopyable> {
  /// The first element; the rest follow row by row.
  public let base: UnsafeMutablePointer<Element>
  /// How many rows there are.
  public let count: Int
  /// Elements of one row.
  public let width: Int

  /// - Parameters:
  ///   - base: At least `count * width` elements, which outlive the rows.
  ///   - width: Elements of one row.
  @inlinable
  public init(base: UnsafeMutablePointer<Element>, count: Int, width: Int) {
    self.base = base
    self.count = count
    self.width = width
  }

  /// How many elements there are.
  @inlinable public var values: Int { count * width }

  /// The element at a place counted over all rows.
  @inlinable public subscript(_ index: Int) -> Element {
    get {
      assert(index >= 0 && index < values)
      return base[index]
    }
    nonmutating set {
      assert(index >= 0 && index < values)
      base[index] = newValue
    }
  }

  /// One row.
  @inlinable public func row(_ row: Int) -> Rows {
    assert(row >= 0 && row < count)
    return Rows(base: base + row * width, count: 1, width: width)
  }

  /// Some of the rows.
  @inlinable public func rows(_ rows: Range<Int>) -> Rows {
    assert(rows.lowerBound >= 0 && rows.upperBound <= count)
    return Rows(base: base + rows.lowerBound * width, count: rows.count, width: width)
  }

  /// One of several that are stored one after the other, as wide as `width`.
  @inlinable public func part(_ part: Int, width: Int) -> Rows {
    assert(part >= 0 && (part + 1) * width <= self.width)
    return Rows(base: base + part * count * width, count: count, width: width)
  }

  /// Sets every element.
  @inlinable public func fill(_ value: Element) { base.update(repeating: value, count: values) }

  /// Copies as many rows of the same width.
  @inlinable public func copy(from other: Rows) {
    assert(other.count == count && other.width == width)
    base.update(from: other.base, count: values)
  }

  /// All elements, row by row.
  @inlinable public var buffer: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: base, count: values)
  }
}

extension Rows<Float> {
  /// Copies as many rows of the same width, each number times a factor.
  @inlinable package func copy(_ other: Rows, times factor: Float) {
    assert(other.count == count && other.width == width)
    for i in 0..<values { self[i] = factor * other[i] }
  }
}
