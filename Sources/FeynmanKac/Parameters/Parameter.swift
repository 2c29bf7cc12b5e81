/// A number, or a list of numbers, that a kind of thing is made with.
///
/// It says nothing of where the value comes from: a config has a key of this name in its own spelling,
/// of this range, default and meaning.
package struct Parameter<Value: Sendable>: AnyParameter {
  package let name: String
  package let range: NumberRange
  package let standard: Double?
  package let summary: String
  package let isList: Bool
}

extension Parameter where Value == Double {
  /// A number.
  ///
  /// - Parameters:
  ///   - name: The property of the type that is made.
  ///   - range: The numbers that it may be.
  ///   - standard: The value where none is given; nil where one must be.
  ///   - summary: What it means, in a sentence, with its unit.
  package init(_ name: String, _ range: NumberRange, standard: Double? = nil, _ summary: String) {
    self.init(name: name, range: range, standard: standard, summary: summary, isList: false)
  }
}

extension Parameter where Value == [Double] {
  /// A list of at least one number, which must be given.
  ///
  /// - Parameters:
  ///   - name: The property of the type that is made.
  ///   - range: The numbers that it may hold.
  ///   - summary: What it means, in a sentence, with its length.
  package init(_ name: String, _ range: NumberRange, _ summary: String) {
    self.init(name: name, range: range, standard: nil, summary: summary, isList: true)
  }
}

/// A parameter, whatever the type of its value.
package protocol AnyParameter: Sendable {
  /// The property of the type that is made.
  var name: String { get }
  /// Whether it is a list of numbers.
  var isList: Bool { get }
  /// The numbers that it may be, or that a list may hold.
  var range: NumberRange { get }
  /// The value of a number where none is given; nil where one must be.
  var standard: Double? { get }
  /// What it means, in a sentence.
  var summary: String { get }
}
