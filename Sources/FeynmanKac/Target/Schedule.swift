/// A number that moves linearly in `u = −log v` along the path, or stands still.
public struct Schedule: Sendable, Equatable {
  /// At the start of the path (noise).
  public let from: Double
  /// At the end of the path (data).
  public let to: Double

  public init(from: Double, to: Double) {
    self.from = from
    self.to = to
  }

  public static func constant(_ value: Double) -> Schedule { Schedule(from: value, to: value) }

  public var isConstant: Bool { from == to }

  /// The value where the fraction `progress` of the path in `u` is done, from 0 at the noise to 1 at the data.
  public func value(at progress: Double) -> Double {
    isConstant ? from : from + (to - from) * progress
  }
}

extension Schedule: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Double) { self = .constant(value) }
  public init(integerLiteral value: Int) { self = .constant(Double(value)) }
}
