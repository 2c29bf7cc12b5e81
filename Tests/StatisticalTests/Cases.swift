import Foundation

/// The cases of a test that takes a minute or more: every third of them, or all where the variable `FKC_TESTS` is `all`, as `make test-all` sets it.
enum Cases {
  private static let areAll = ProcessInfo.processInfo.environment["FKC_TESTS"] == "all"

  static func of<Case>(_ all: [Case]) -> [Case] {
    areAll ? all : stride(from: 0, to: all.count, by: 3).map { all[$0] }
  }

  /// Every pair of two lists, of which a third is taken likewise.
  static func of<First, Second>(_ first: [First], _ second: [Second]) -> [(First, Second)] {
    of(first.flatMap { one in second.map { (one, $0) } })
  }
}
