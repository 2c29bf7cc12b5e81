/// What is stored for a run, column by column: laid out once, to be counted beforehand or to be used.
///
/// Whoever needs memory declares a column here. Whatever moves, saves or sends particles knows this list and nothing else.
///
/// Unchecked: it is filled by one thread before the others begin, and not touched after.
public final class ColumnTable: @unchecked Sendable {
  package let arena: Arena
  /// What was declared, in this order.
  public private(set) var columns: [ColumnDescription] = []
  /// Where each of them lies.
  private(set) var bases: [UnsafeMutableRawPointer] = []
  /// What moves with particles: a row's bytes are its stride.
  private var moving: [(base: UnsafeMutableRawPointer, stride: Int)] = []

  private let particles: Int
  private let blockRows: Int
  private let blockCount: Int
  private let blocksPerIsland: Int

  package init(particles: Int, blockRows: Int, blockCount: Int, blocksPerIsland: Int, in arena: Arena) {
    self.particles = particles
    self.blockRows = blockRows
    self.blockCount = blockCount
    self.blocksPerIsland = blocksPerIsland
    self.arena = arena
  }

  /// A row for every particle, which moves with it.
  ///
  /// - Parameters:
  ///   - name: Unlike any other's of this table.
  ///   - width: Elements of a row.
  public func particle<Element: BitwiseCopyable>(
    _ name: String, _ type: Element.Type, width: Int = 1, owner: ColumnDescription.Owner = .particle
  ) -> Column<Element> {
    Column(base: declare(name, type, owner, rows: particles, width: width), count: particles, width: width)
  }

  /// The same column where `isNeeded`, else nil.
  public func particle<Element: BitwiseCopyable>(
    _ name: String, _ type: Element.Type, width: Int = 1, if isNeeded: Bool
  ) -> Column<Element>? {
    isNeeded ? particle(name, type, width: width) : nil
  }

  /// A row for every particle of a block at a time.
  public func step<Element: BitwiseCopyable>(_ name: String, _ type: Element.Type, width: Int = 1)
    -> ScratchColumn<
      Element
    >
  {
    ScratchColumn(
      base: declare(name, type, .step, rows: blockRows, width: width), capacity: blockRows, width: width)
  }

  /// The same column where `isNeeded`, else nil.
  public func step<Element: BitwiseCopyable>(
    _ name: String, _ type: Element.Type, width: Int = 1, if isNeeded: Bool
  ) -> ScratchColumn<Element>? {
    isNeeded ? step(name, type, width: width) : nil
  }

  /// A row for every particle, which a step fills before it reads it and which nothing moves.
  public func step<Element: BitwiseCopyable>(_ name: String, ofAll type: Element.Type, width: Int)
    -> Column<
      Element
    >
  {
    Column(base: declare(name, type, .step, rows: particles, width: width), count: particles, width: width)
  }

  /// A row for every block.
  public func block<Element: BitwiseCopyable>(_ name: String, _ type: Element.Type, width: Int = 1)
    -> BlockColumn<
      Element
    >
  {
    BlockColumn(
      base: declare(name, type, .block, rows: blockCount, width: width), count: blockCount,
      blocksPerIsland: blocksPerIsland, width: width)
  }

  /// The same column where `isNeeded`, else nil.
  public func block<Element: BitwiseCopyable>(
    _ name: String, _ type: Element.Type, width: Int = 1, if isNeeded: Bool
  ) -> BlockColumn<Element>? {
    isNeeded ? block(name, type, width: width) : nil
  }

  private func declare<Element: BitwiseCopyable>(
    _ name: String, _ type: Element.Type, _ owner: ColumnDescription.Owner, rows: Int, width: Int
  ) -> UnsafeMutablePointer<Element> {
    precondition(!columns.contains { $0.name == name }, "two columns of one table are called '\(name)'")
    let elements = rows.multipliedSaturating(by: width)
    let base = arena.allocate(type, elements)
    columns.append(
      ColumnDescription(
        name: name, element: type, width: width, owner: owner,
        bytes: elements.multipliedSaturating(by: MemoryLayout<Element>.stride)))
    bases.append(base)
    if owner == .particle {
      moving.append((UnsafeMutableRawPointer(base), MemoryLayout<Element>.stride * width))
    }
    return base
  }

  // MARK: - Whole particles

  /// Copies whole particles: for every pair, what is at the source goes to the destination. No destination is the
  /// source of another pair, so that several threads may copy some pairs each.
  ///
  /// - Parameter first: The particle that the pairs count from.
  package func copy(_ pairs: UnsafeBufferPointer<RowMove>, from first: Int) {
    for column in moving {
      let base = column.base + first * column.stride
      switch column.stride {
      case 4: Self.copy(pairs, base.assumingMemoryBound(to: UInt32.self))
      case 8: Self.copy(pairs, base.assumingMemoryBound(to: UInt64.self))
      default:
        for pair in pairs {
          (base + Int(pair.destination) * column.stride).copyMemory(
            from: base + Int(pair.source) * column.stride, byteCount: column.stride)
        }
      }
    }
  }

  private static func copy<Word>(
    _ pairs: UnsafeBufferPointer<RowMove>, _ base: UnsafeMutablePointer<Word>
  ) {
    for pair in pairs { base[Int(pair.destination)] = base[Int(pair.source)] }
  }

  /// The bytes of the columns named.
  package func bytes(of names: Set<String>) -> Int {
    columns.reduce(0) { names.contains($1.name) ? $0.addingSaturating($1.bytes) : $0 }
  }

  /// Frees the particles' columns but those named.
  package func release(allBut kept: Set<String>) {
    for (column, base) in zip(columns, bases)
    where !kept.contains(column.name) && (column.owner == .particle || column.owner == .weight) {
      arena.release(base)
    }
  }

  /// Frees one column.
  package func release(_ name: String) {
    for (column, base) in zip(columns, bases) where column.name == name { arena.release(base) }
  }
}
