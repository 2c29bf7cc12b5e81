/// A number that moves linearly in `u = −log v` along the path, or stands still.
public struct Schedule: Sendable, Equatable {
  /// The value at the start of the path (noise).
  public let from: Double
  /// The value at the end of the path (data).
  public let to: Double

  /// Linear from the noise to the data.
  public init(from: Double, to: Double) {
    self.from = from
    self.to = to
  }

  /// The same number along the whole path.
  public static func constant(_ value: Double) -> Schedule { Schedule(from: value, to: value) }

  /// True where both ends are the same.
  public var isConstant: Bool { from == to }

  /// The value where the fraction `progress` of the path in `u` is done, from 0 at the noise to 1 at the data.
  public func value(at progress: Double) -> Double {
    isConstant ? from : from + (to - from) * progress
  }
}

extension Schedule: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  /// A constant.
  public init(floatLiteral value: Double) { self = .constant(value) }
  /// A constant.
  public init(integerLiteral value: Int) { self = .constant(Double(value)) }
}
