/// Where copies go when particles are resampled without a second buffer.
///
/// Every survivor stays in its own slot, and the slots of those without children are filled with the further children
/// of others. A row that is written is nobody's parent and a row that is read is never written, so the moves can be
/// done in place, in any order and on several threads.
///
/// ```swift
/// placement.arrange(ancestors)  // Ascending from a resampler; in slot order afterwards.
/// for move in placement.moves { copyRow(from: Int(move.source), to: Int(move.destination)) }
/// ```
public struct Placement: Sendable {
  private var storage: [RowMove] = []
  private var hasChildren: [UInt8] = []
  private var moveCount = 0

  /// A placement without moves; it allocates at the first `arrange`.
  public init() {}

  /// The rows to copy, with ascending destinations and ascending sources, until the next call of `arrange`.
  public var moves: ArraySlice<RowMove> { storage[..<moveCount] }

  /// Finds the moves and rewrites ascending ancestors so that `ancestors[slot]` is the parent of that slot.
  ///
  /// The same children come out, in another order. Nothing is allocated once the memory has grown to the size of a
  /// run.
  ///
  /// - Parameter ancestors: Ascending, from `0..<ancestors.count`.
  /// - Complexity: O(*N*).
  public mutating func arrange(_ ancestors: UnsafeMutableBufferPointer<Int32>) {
    let count = ancestors.count
    moveCount = 0
    guard count > 1 else { return }
    if storage.count < count {
      storage = Array(repeating: RowMove(destination: 0, source: 0), count: count)
      hasChildren = Array(repeating: 0, count: count)
    }
    let (surplus, empty) = storage.withUnsafeMutableBufferPointer { storage in
      hasChildren.withUnsafeMutableBufferPointer { hasChildren in
        Self.match(ancestors, storage: storage, hasChildren: hasChildren)
      }
    }
    precondition(
      surplus == empty, "\(surplus) children for \(empty) empty slots: ancestors are not ascending")
    moveCount = surplus

    for slot in 0..<count { ancestors[slot] = Int32(truncatingIfNeeded: slot) }
    for move in moves { ancestors[Int(move.destination)] = move.source }
  }

  /// Lists surplus children and empty slots side by side and counts both.
  ///
  /// Each entry is written whether it is needed or not and kept by moving the count on, which spares branches that
  /// cannot be predicted.
  private static func match(
    _ ancestors: UnsafeMutableBufferPointer<Int32>, storage: UnsafeMutableBufferPointer<RowMove>,
    hasChildren: UnsafeMutableBufferPointer<UInt8>
  ) -> (surplus: Int, empty: Int) {
    let count = ancestors.count
    for slot in 0..<count { hasChildren[slot] = 0 }
    var surplus = 0
    var previous: Int32 = -1
    for parent in ancestors {
      hasChildren[Int(parent)] = 1
      storage[surplus] = RowMove(destination: 0, source: parent)
      surplus += parent == previous ? 1 : 0
      previous = parent
    }
    var empty = 0
    for slot in 0..<count {
      storage[empty] = RowMove(destination: Int32(truncatingIfNeeded: slot), source: storage[empty].source)
      empty += hasChildren[slot] == 0 ? 1 : 0
    }
    return (surplus, empty)
  }
}
