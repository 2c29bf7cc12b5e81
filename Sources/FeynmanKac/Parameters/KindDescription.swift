/// A kind of thing that is made of numbers alone: what it is called, what it is, what it is made with, and how.
///
/// It stands in the file of the type that it makes. Who reads settings makes keys, checks and documentation of it, and the
/// type knows nothing of them.
package struct KindDescription<Made>: Sendable {
  /// The word for it in a config.
  package let name: String
  /// What it is, in a sentence.
  package let summary: String
  /// What it is made with, in the order in which a page lists it.
  package let parameters: [any AnyParameter]
  /// Makes it of values within their ranges; throws `SetupError` naming a parameter that does not go with another.
  package let make: @Sendable (ParameterValues) throws -> Made

  package init(
    _ name: String, _ summary: String, _ parameters: [any AnyParameter] = [],
    make: @escaping @Sendable (ParameterValues) throws -> Made
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.make = make
  }
}

/// The values of all parameters of a kind.
package struct ParameterValues {
  private let numbers: [String: [Double]]

  /// - Parameter numbers: By the names of the parameters, every one of them; one number where it is no list.
  package init(_ numbers: [String: [Double]]) { self.numbers = numbers }

  package subscript(number: Parameter<Double>) -> Double { numbers(of: number)[0] }
  package subscript(list: Parameter<[Double]>) -> [Double] { numbers(of: list) }

  private func numbers(of parameter: some AnyParameter) -> [Double] {
    guard let found = numbers[parameter.name] else { preconditionFailure("no \(parameter.name)") }
    return found
  }

  /// Two numbers of which the second must be larger.
  ///
  /// - Throws: `SetupError` naming the second.
  package func ascending(
    _ low: Parameter<Double>, _ high: Parameter<Double>, mayBeEqual: Bool = false
  ) throws -> (low: Double, high: Double) {
    let range = (low: self[low], high: self[high])
    guard range.low < range.high || (mayBeEqual && range.low == range.high) else {
      throw SetupError(
        high.name,
        "found \(range.high) with `\(low.name)` \(range.low); "
          + "it must be \(mayBeEqual ? "at least that" : "larger")")
    }
    return range
  }
}
