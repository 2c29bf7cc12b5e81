import ParticleEngine
import Testing

/// A table of columns of its own, away from any run.
@Suite("columns")
struct ColumnTableTests {
  private let arena = Arena()
  private let table: ColumnTable
  /// 3 blocks of 4 rows, the last with 2, on one island.
  private let blocks = [(0, 4), (4, 4), (8, 2)].enumerated().map { index, rows in
    Block(island: 0, index: index, number: index, start: rows.0, count: rows.1)
  }

  init() { table = ColumnTable(particles: 10, blockRows: 4, blockCount: 3, blocksPerIsland: 3, in: arena) }

  private struct Odd: BitwiseCopyable, Equatable {
    var a: Int32
    var b: Int32
    var c: Int32
  }

  // Seen to catch: a stride without the width; the first particle's place left out.
  @Test("whole particles are copied, whatever their rows are made of, and what is made anew is not")
  func copies() {
    let single = table.particle("single", Float.self)
    let wide = table.particle("wide", Double.self, width: 3)
    let byte = table.particle("byte", UInt8.self)
    let odd = table.particle("odd", Odd.self)
    let weight = table.particle("weight", Double.self, owner: .weight)
    for particle in 0..<10 {
      single.all[particle] = Float(particle)
      for j in 0..<3 { wide.all[3 * particle + j] = Double(10 * particle + j) }
      byte.all[particle] = UInt8(particle)
      odd.all[particle] = Odd(a: Int32(particle), b: -Int32(particle), c: 7)
      weight.all[particle] = Double(particle)
    }
    // Counted from particle 4 on: 4 ← 6, 5 ← 6, 8 ← 9.
    let moves = [
      RowMove(destination: 0, source: 2), .init(destination: 1, source: 2), .init(destination: 4, source: 5),
    ]
    moves.withUnsafeBufferPointer { table.copy($0, from: 4) }
    let parents = [0, 1, 2, 3, 6, 6, 6, 7, 9, 9]
    for (particle, parent) in parents.enumerated() {
      #expect(single.all[particle] == Float(parent))
      for j in 0..<3 { #expect(wide.all[3 * particle + j] == Double(10 * parent + j)) }
      #expect(byte.all[particle] == UInt8(parent))
      #expect(odd.all[particle] == Odd(a: Int32(parent), b: -Int32(parent), c: 7))
      #expect(weight.all[particle] == Double(particle))
    }
  }

  @Test("a block has its own rows of a column, and no others")
  func rows() {
    let column = table.particle("states", Int32.self, width: 2)
    for block in blocks {
      let own = column[block]
      #expect(own.count == block.count && own.width == 2 && own.values == 2 * block.count)
      for row in 0..<block.count { own.row(row).fill(Int32(block.start + row)) }
    }
    #expect(Array(column.all.buffer) == (0..<10).flatMap { [Int32($0), Int32($0)] })
    let sums = table.block("sums", Double.self, width: 2)
    for block in blocks {
      sums[block][0] = Double(block.index)
      sums[block][1] = 1
    }
    #expect(sums.ofIsland(0).map { $0[0] } == [0, 1, 2])
    let scratch = table.step("scratch", Float.self, width: 6)
    let parts = (0..<2).map { scratch[blocks[2]].part($0, width: 3) }
    parts[0].fill(1)
    parts[1].fill(2)
    #expect(Array(scratch[blocks[2]].buffer) == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2])
  }

  @Test("the table lists what was declared, with its bytes, and declares nothing that is not needed")
  func lists() {
    _ = table.particle("states", Float.self, width: 5)
    #expect(table.particle("gradients", Float.self, width: 5, if: false) == nil)
    #expect(table.step("normals", Float.self, if: false) == nil)
    _ = table.step("normals", Float.self, width: 5)
    _ = table.block("sums", Double.self)
    _ = table.particle("weights", Double.self, owner: .weight)
    #expect(table.columns.map(\.name) == ["states", "normals", "sums", "weights"])
    #expect(table.columns.map(\.bytes) == [200, 80, 24, 80])
    #expect(table.columns.map(\.width) == [5, 5, 1, 1])
    #expect(table.columns.map(\.owner) == [.particle, .step, .block, .weight])
    #expect(ObjectIdentifier(table.columns[0].element) == ObjectIdentifier(Float.self))
    #expect(table.bytes(of: ["states", "weights", "no such"]) == 280)
    #expect(arena.bytes == 384)
  }
}
