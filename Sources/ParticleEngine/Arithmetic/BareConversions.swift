// A conversion of a floating-point number to a whole one ends the process where the number is out of range or NaN. With these,
// which nobody can call, every bare `Int(x)` of such a number is "ambiguous use of 'init(_:)'" and does not compile: write
// `Int(exactly: x)` where being out of range is a mistake to be reported, or `Int(clamping: x)`. They are of the package, so that
// they hold in every target that stands on this one.

/// What no conversion throws.
private enum Unused: Error { case unused }

extension Int {
  package init(_ value: Double) throws { throw Unused.unused }
  package init(_ value: Float) throws { throw Unused.unused }
}
extension UInt {
  package init(_ value: Double) throws { throw Unused.unused }
  package init(_ value: Float) throws { throw Unused.unused }
}
extension Int64 {
  package init(_ value: Double) throws { throw Unused.unused }
  package init(_ value: Float) throws { throw Unused.unused }
}
extension UInt64 {
  package init(_ value: Double) throws { throw Unused.unused }
  package init(_ value: Float) throws { throw Unused.unused }
}
extension Int32 {
  package init(_ value: Double) throws { throw Unused.unused }
  package init(_ value: Float) throws { throw Unused.unused }
}
extension UInt32 {
  package init(_ value: Double) throws { throw Unused.unused }
  package init(_ value: Float) throws { throw Unused.unused }
}
extension Int16 {
  package init(_ value: Double) throws { throw Unused.unused }
  package init(_ value: Float) throws { throw Unused.unused }
}
extension UInt16 {
  package init(_ value: Double) throws { throw Unused.unused }
  package init(_ value: Float) throws { throw Unused.unused }
}
extension Int8 {
  package init(_ value: Double) throws { throw Unused.unused }
  package init(_ value: Float) throws { throw Unused.unused }
}
extension UInt8 {
  package init(_ value: Double) throws { throw Unused.unused }
  package init(_ value: Float) throws { throw Unused.unused }
}
