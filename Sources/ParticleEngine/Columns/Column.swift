/// One named property of particles: a row for each. What it is for and who moves it is in its table.
///
/// Unchecked: threads share it, and in one pass each writes the rows of its own blocks or islands only.
public struct Column<Element: BitwiseCopyable>: @unchecked Sendable {
  /// The first element of the first particle; rows follow each other.
  public let base: UnsafeMutablePointer<Element>
  /// Elements of one row.
  public let width: Int
  @usableFromInline let count: Int

  package init(base: UnsafeMutablePointer<Element>, count: Int, width: Int) {
    self.base = base
    self.count = count
    self.width = width
  }

  /// The rows of a block's particles.
  @inlinable public subscript(_ block: Block) -> Rows<Element> {
    self[block.start..<block.start + block.count]
  }

  /// The rows of some particles, by their indices in the run.
  @inlinable public subscript(_ particles: Range<Int>) -> Rows<Element> {
    assert(particles.lowerBound >= 0 && particles.upperBound <= count)
    return Rows(base: base + particles.lowerBound * width, count: particles.count, width: width)
  }

  /// The rows of all particles.
  @inlinable public var all: Rows<Element> { self[0..<count] }
}

/// Memory that one thread reuses from block to block; a step fills it before it reads it.
///
/// Unchecked: a pass hands each to one thread at a time.
public struct ScratchColumn<Element: BitwiseCopyable>: @unchecked Sendable {
  @usableFromInline let base: UnsafeMutablePointer<Element>
  @usableFromInline let width: Int
  @usableFromInline let capacity: Int

  package init(base: UnsafeMutablePointer<Element>, capacity: Int, width: Int) {
    self.base = base
    self.capacity = capacity
    self.width = width
  }

  /// The rows for a block's particles.
  @inlinable public subscript(_ block: Block) -> Rows<Element> {
    assert(block.count <= capacity)
    return Rows(base: base, count: block.count, width: width)
  }
}

/// What blocks leave for their island to add up: a row for each block.
///
/// Unchecked: in one pass each thread writes the rows of its own blocks only.
public struct BlockColumn<Element: BitwiseCopyable>: @unchecked Sendable {
  @usableFromInline let base: UnsafeMutablePointer<Element>
  @usableFromInline let width: Int
  @usableFromInline let blocksPerIsland: Int
  @usableFromInline let count: Int

  package init(base: UnsafeMutablePointer<Element>, count: Int, blocksPerIsland: Int, width: Int) {
    self.base = base
    self.count = count
    self.blocksPerIsland = blocksPerIsland
    self.width = width
  }

  /// What one block left.
  @inlinable public subscript(_ block: Block) -> Rows<Element> { row(block.number) }

  /// What the blocks of an island left, in their order.
  @inlinable public func ofIsland(_ island: Int) -> some Sequence<Rows<Element>> {
    (island * blocksPerIsland..<(island + 1) * blocksPerIsland).lazy.map { row($0) }
  }

  /// What the block of a number left, of all blocks of the run.
  @inlinable public func row(_ number: Int) -> Rows<Element> {
    assert(number >= 0 && number < count)
    return Rows(base: base + number * width, count: 1, width: width)
  }
}
