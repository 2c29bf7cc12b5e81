/// One named property of particles: a row for each. What it is for and who moves it is in its table.
///
/// Unchecked: threads share it, and in one pass each writes the rows of its own blocks or islands only.
struct Column<Element: BitwiseCopyable>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Element>
  /// Elements of one row.
  let width: Int
  private let count: Int

  init(base: UnsafeMutablePointer<Element>, count: Int, width: Int) {
    self.base = base
    self.count = count
    self.width = width
  }

  /// The rows of a block's particles.
  subscript(_ block: Block) -> Rows<Element> { self[block.start..<block.start + block.count] }

  /// The rows of some particles, by their indices in the run.
  subscript(_ particles: Range<Int>) -> Rows<Element> {
    assert(particles.lowerBound >= 0 && particles.upperBound <= count)
    return Rows(base: base + particles.lowerBound * width, count: particles.count, width: width)
  }

  /// The rows of all particles.
  var all: Rows<Element> { self[0..<count] }
}

/// Memory that one thread reuses from block to block; a step fills it before it reads it.
///
/// Unchecked: a pass hands each to one thread at a time.
struct ScratchColumn<Element: BitwiseCopyable>: @unchecked Sendable {
  private let base: UnsafeMutablePointer<Element>
  private let width: Int
  private let capacity: Int

  init(base: UnsafeMutablePointer<Element>, capacity: Int, width: Int) {
    self.base = base
    self.capacity = capacity
    self.width = width
  }

  /// The rows for a block's particles.
  subscript(_ block: Block) -> Rows<Element> {
    assert(block.count <= capacity)
    return Rows(base: base, count: block.count, width: width)
  }
}

/// What blocks leave for their island to add up: a row for each block.
///
/// Unchecked: in one pass each thread writes the rows of its own blocks only.
struct BlockColumn<Element: BitwiseCopyable>: @unchecked Sendable {
  private let base: UnsafeMutablePointer<Element>
  private let width: Int
  private let blocksPerIsland: Int
  private let count: Int

  init(base: UnsafeMutablePointer<Element>, count: Int, blocksPerIsland: Int, width: Int) {
    self.base = base
    self.count = count
    self.blocksPerIsland = blocksPerIsland
    self.width = width
  }

  /// What one block left.
  subscript(_ block: Block) -> Rows<Element> { row(block.number) }

  /// What the blocks of an island left, in their order.
  func ofIsland(_ island: Int) -> some Sequence<Rows<Element>> {
    (island * blocksPerIsland..<(island + 1) * blocksPerIsland).lazy.map { row($0) }
  }

  private func row(_ number: Int) -> Rows<Element> {
    assert(number >= 0 && number < count)
    return Rows(base: base + number * width, count: 1, width: width)
  }
}
