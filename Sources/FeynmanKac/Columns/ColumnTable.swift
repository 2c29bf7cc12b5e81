/// What is stored for a run, column by column: laid out once, to be counted beforehand or to be used.
///
/// Whoever needs memory declares a column here. Whatever moves, saves or sends particles knows this list and nothing else.
///
/// Unchecked: it is filled by one thread before the others begin, and not touched after.
final class ColumnTable: @unchecked Sendable {
  /// Whom a column belongs to.
  enum Owner: Sendable {
    /// Each particle: the row moves when the particle is resampled.
    case particle
    /// Each particle, until resampling makes it anew.
    case weight
    /// The step: a thread's memory, filled before it is read.
    case step
    /// The blocks: what they leave for their island.
    case block
  }

  /// What a column is.
  private struct Description {
    let name: String
    let owner: Owner
    let base: UnsafeMutableRawPointer
  }

  let arena: Arena
  private var columns: [Description] = []
  /// What moves with particles: a row's bytes are its stride.
  private var moving: [(base: UnsafeMutableRawPointer, stride: Int)] = []

  private let particles: Int
  private let blockRows: Int
  private let blockCount: Int
  private let blocksPerIsland: Int

  init(particles: Int, blockRows: Int, blockCount: Int, blocksPerIsland: Int, in arena: Arena) {
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
  func particle<Element: BitwiseCopyable>(
    _ name: String, _ type: Element.Type, width: Int = 1, owner: Owner = .particle
  ) -> Column<Element> {
    Column(base: declare(name, type, owner, rows: particles, width: width), count: particles, width: width)
  }

  /// The same column where `isNeeded`, else nil.
  func particle<Element: BitwiseCopyable>(
    _ name: String, _ type: Element.Type, width: Int = 1, if isNeeded: Bool
  ) -> Column<Element>? {
    isNeeded ? particle(name, type, width: width) : nil
  }

  /// A row for every particle of a block at a time.
  func step<Element: BitwiseCopyable>(_ name: String, _ type: Element.Type, width: Int = 1) -> ScratchColumn<
    Element
  > {
    ScratchColumn(
      base: declare(name, type, .step, rows: blockRows, width: width), capacity: blockRows, width: width)
  }

  /// The same column where `isNeeded`, else nil.
  func step<Element: BitwiseCopyable>(
    _ name: String, _ type: Element.Type, width: Int = 1, if isNeeded: Bool
  ) -> ScratchColumn<Element>? {
    isNeeded ? step(name, type, width: width) : nil
  }

  /// A row for every block.
  func block<Element: BitwiseCopyable>(_ name: String, _ type: Element.Type, width: Int = 1) -> BlockColumn<
    Element
  > {
    BlockColumn(
      base: declare(name, type, .block, rows: blockCount, width: width), count: blockCount,
      blocksPerIsland: blocksPerIsland, width: width)
  }

  /// The same column where `isNeeded`, else nil.
  func block<Element: BitwiseCopyable>(
    _ name: String, _ type: Element.Type, width: Int = 1, if isNeeded: Bool
  ) -> BlockColumn<Element>? {
    isNeeded ? block(name, type, width: width) : nil
  }

  private func declare<Element: BitwiseCopyable>(
    _ name: String, _ type: Element.Type, _ owner: Owner, rows: Int, width: Int
  ) -> UnsafeMutablePointer<Element> {
    let base = arena.allocate(type, rows.multipliedSaturating(by: width))
    columns.append(Description(name: name, owner: owner, base: base))
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
  func copy(_ pairs: UnsafeBufferPointer<Placement.Move>, from first: Int) {
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
    _ pairs: UnsafeBufferPointer<Placement.Move>, _ base: UnsafeMutablePointer<Word>
  ) {
    for pair in pairs { base[Int(pair.destination)] = base[Int(pair.source)] }
  }

  /// Frees the particles' columns but those named.
  func release(allBut kept: Set<String>) {
    for column in columns
    where !kept.contains(column.name) && (column.owner == .particle || column.owner == .weight) {
      arena.release(column.base)
    }
  }

  /// Frees one column.
  func release(_ name: String) {
    for column in columns where column.name == name { arena.release(column.base) }
  }
}
