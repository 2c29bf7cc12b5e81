/// Consecutive rows of a column: memory that knows its shape.
///
/// Indices are asserted in debug builds and cost nothing in others.
struct Rows<Element: BitwiseCopyable> {
  /// The first element; the rest follow row by row.
  let base: UnsafeMutablePointer<Element>
  let count: Int
  /// Elements of one row.
  let width: Int

  /// How many elements there are.
  var values: Int { count * width }

  /// The element at a place counted over all rows.
  subscript(_ index: Int) -> Element {
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
  func row(_ row: Int) -> Rows {
    assert(row >= 0 && row < count)
    return Rows(base: base + row * width, count: 1, width: width)
  }

  /// One of several that are stored one after the other, as wide as `width`.
  func part(_ part: Int, width: Int) -> Rows {
    assert(part >= 0 && (part + 1) * width <= self.width)
    return Rows(base: base + part * count * width, count: count, width: width)
  }

  func fill(_ value: Element) { base.update(repeating: value, count: values) }

  func copy(from other: Rows) {
    assert(other.count == count && other.width == width)
    base.update(from: other.base, count: values)
  }

  var buffer: UnsafeMutableBufferPointer<Element> { UnsafeMutableBufferPointer(start: base, count: values) }
}
