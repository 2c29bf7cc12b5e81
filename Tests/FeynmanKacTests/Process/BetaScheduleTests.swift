import FeynmanKac
import Foundation
import Testing

/// The schedules of diffusers, held against tables that diffusers made (`Resources/Schedules/tables.py`).
@Suite("schedules of betas")
struct BetaScheduleTests {
  struct Table: Decodable, Sendable, CustomTestStringConvertible {
    let schedule: String
    let betaStart: Double
    let betaEnd: Double
    let timesteps: Int
    let zeroTerminalSnr: Bool
    let entries: [Int]
    let alphasCumprod: [Double]

    var testDescription: String { "\(schedule)\(zeroTerminalSnr ? ", rescaled" : ""), \(timesteps) steps" }

    var betas: BetaSchedule {
      switch schedule {
      case "linear": .linear(betaStart: betaStart, betaEnd: betaEnd)
      case "scaled_linear": .scaledLinear(betaStart: betaStart, betaEnd: betaEnd)
      case "sigmoid": .sigmoid(betaStart: betaStart, betaEnd: betaEnd)
      default: .squaredCosine
      }
    }
  }

  private struct Tables: Decodable { let tables: [Table] }

  static let tables: [Table] = {
    let url = Bundle.module.url(forResource: "tables", withExtension: "json", subdirectory: "Schedules")!
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try! decoder.decode(Tables.self, from: Data(contentsOf: url)).tables
  }()

  // diffusers multiplies up to 1,000 numbers in float32, and takes differences of α where none is left at the end: α̅ was seen to be off by
  // 8e-7 near 1, and by 1.3e-5 of itself where β = 0.999 leaves few digits of 1 − β.
  // Seen to catch: squaredcos_cap_v2 without its cap; √β for β; α̅ in place of α where none is left at the end; entries at other times.
  @Test("are those of diffusers, but for its float32", arguments: tables)
  func diffusers(_ table: Table) throws {
    let process = try TabulatedProcess(
      table.betas, timesteps: table.timesteps, zeroTerminalSNR: table.zeroTerminalSnr)
    for (entry, stored) in zip(table.entries, table.alphasCumprod) {
      let square = process.signals[entry] * process.signals[entry]
      #expect(abs(square - stored) <= min(3e-5 * stored, 2e-6), "entry \(entry): \(square), \(stored)")
      #expect(process.times[entry] == Double(entry) / Double(table.timesteps - 1))
    }
  }

  @Test("were made for every schedule, with and without rescaling")
  func allSchedules() {
    #expect(Self.tables.count == 10)
    #expect(Set(Self.tables.map(\.schedule)).count == 4)
  }

  @Test("the whole path of each obeys the laws of processes", arguments: tables)
  func laws(_ table: Table) throws {
    let process = try TabulatedProcess(
      table.betas, timesteps: table.timesteps, zeroTerminalSNR: table.zeroTerminalSnr)
    NoiseProcessTests.checkLaws(of: process)
    #expect((process.signal(at: 1) == 0) == table.zeroTerminalSnr)
  }

  @Test("too few steps, and betas that leave no signal on the way, are refused")
  func faults() {
    func fault(_ make: () throws -> TabulatedProcess) -> String {
      do {
        _ = try make()
        return "accepted"
      } catch { return "\(error)" }
    }
    #expect(fault { try .ddpm(timesteps: 2) } == "timesteps: 2; give at least 3")
    #expect(fault { try .ddpm(timesteps: 3) } == "accepted")
    #expect(fault { try .ddpm(timesteps: 3, zeroTerminalSNR: true) } == "timesteps: 3; give at least 4")
    #expect(
      fault { try .ddpm(.linear(betaStart: 1, betaEnd: 1), timesteps: 4) }
        == "betaEnd: (σ/α)² must rise strictly, and is inf at entry 0 and inf at entry 1, counted from 0")
  }
}
