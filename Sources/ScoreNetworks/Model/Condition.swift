/// What a conditional network is asked for.
public enum Condition: Sendable, Equatable {
  /// The null condition: the network's unconditional answer.
  case none
  /// A class, from 0.
  case label(Int)
  /// Numbers, such as standardised properties.
  case vector([Float])
}

/// What conditions a network takes.
public enum Conditioning: Sendable, Equatable {
  /// No condition.
  case unconditional
  /// Labels from 0 to below `classes`, or none.
  case labels(classes: Int)
  /// Vectors of this length; `optional` says whether the network also answers to none.
  case vectors(dimensions: Int, optional: Bool)

  /// Whether a condition is one that the network takes; if not, what it does take, for an error's text.
  public func problem(with condition: Condition) -> String? {
    switch (self, condition) {
    case (.unconditional, .none), (.labels, .none): nil
    case (.vectors(let dimensions, let optional), .none):
      optional ? nil : "the network needs a condition of \(dimensions) numbers"
    case (.labels(let classes), .label(let label)) where (0..<classes).contains(label): nil
    case (.vectors(let dimensions, _), .vector(let values))
    where values.count == dimensions && values.allSatisfy(\.isFinite): nil
    case (.unconditional, _): "the network takes no condition; remove this key"
    case (.labels(let classes), _): "give a class from 0 to \(classes - 1), or leave it out for none"
    case (.vectors(let dimensions, let optional), _):
      "give \(dimensions) finite numbers" + (optional ? ", or leave it out for none" : "")
    }
  }
}
