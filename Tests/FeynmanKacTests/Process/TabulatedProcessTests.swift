import FeynmanKac
import Foundation
import Testing

/// Seen to catch: slopes that nothing limits, which fall between the entries of a rough table; rates per the logarithm of the time; `log α`
/// in place of `α² + σ² = 1`; given times left out; `1 − t` left out, and its sign in the rates; the run's own times counted from the noise;
/// `1 − α̅` as a difference; slopes of first order at the ends.
@Suite("processes by tables")
struct TabulatedProcessTests {
  struct Closed: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let process: any NoiseProcess
    /// Above what a table of 1,000 steps is off by for t from 0.02 to 0.98, in α and σ and in their rates, relative.
    let error: Double
    let rateError: Double

    /// The process as a table of equally spaced entries.
    func table(steps: Int) throws -> TabulatedProcess {
      let times = (0...steps).map { Double($0) / Double(steps) }
      return try TabulatedProcess(
        signal: times.map(process.signal(at:)), noise: times.map(process.noise(at:)))
    }

    /// The largest relative errors in the middle between entries: of α, of σ, of `dα/dt` and of `dσ/dt`.
    func errors(steps: Int, from first: Double = 0, to last: Double = 1) throws -> [Double] {
      let table = try table(steps: steps)
      let times = (0..<steps).map { (Double($0) + 0.5) / Double(steps) }.filter {
        (first...last).contains($0)
      }
      func largest(_ value: (any NoiseProcess, Double) -> Double) -> Double {
        times.map { time in
          let exact = value(process, time)
          let error = abs(value(table, time) - exact)
          return exact == 0 ? error : error / abs(exact)
        }.max()!
      }
      return [
        largest { $0.signal(at: $1) }, largest { $0.noise(at: $1) }, largest { $0.signalRate(at: $1) },
        largest { $0.noiseRate(at: $1) },
      ]
    }
  }

  static let closed = [
    Closed(
      testDescription: "variance-exploding", process: VarianceExploding(), error: 1e-14, rateError: 1e-9),
    Closed(
      testDescription: "variance-preserving", process: VariancePreserving(), error: 1e-8, rateError: 2e-5),
    Closed(testDescription: "cosine", process: VariancePreserving(.cosine()), error: 1e-8, rateError: 2e-5),
    Closed(
      testDescription: "sub-variance-preserving", process: SubVariancePreserving(), error: 1e-8,
      rateError: 5e-3),
    Closed(testDescription: "karras", process: Karras(), error: 1e-9, rateError: 4e-6),
    Closed(testDescription: "flow-matching", process: FlowMatching(), error: 1e-11, rateError: 2e-6),
  ]

  // Between the first two entries of a path without noise at the data α and σ are off by 1 %: v is no power of t there yet.
  @Test("a fine table of a process has its levels and rates between the entries", arguments: closed)
  func fineTable(_ closed: Closed) throws {
    let errors = try closed.errors(steps: 1000, from: 0.02, to: 0.98)
    #expect(errors[0] < closed.error && errors[1] < closed.error, "\(errors)")
    #expect(errors[2] < closed.rateError && errors[3] < closed.rateError, "\(errors)")
    let all = try closed.errors(steps: 1000)
    #expect(all[0] < 0.01 && all[1] < 0.01 && all[2] < 0.03 && all[3] < 0.03, "\(all)")
  }

  @Test("away from the ends twice as many entries leave a sixth of the error", arguments: closed[1...])
  func order(_ closed: Closed) throws {
    let coarse = try closed.errors(steps: 100, from: 0.1, to: 0.9)
    let fine = try closed.errors(steps: 200, from: 0.1, to: 0.9)
    for index in 0..<2 where coarse[index] > 1e-12 {
      #expect(fine[index] < coarse[index] / 6, "\(coarse), \(fine)")
    }
  }

  @Test("at its own entries a table is itself, whatever its spacing", arguments: closed)
  func entries(_ closed: Closed) throws {
    let times = (0...40).map { pow(Double($0) / 40, 1.7) }
    let (signal, noise) = (times.map(closed.process.signal(at:)), times.map(closed.process.noise(at:)))
    let table = try TabulatedProcess(signal: signal, noise: noise, times: times)
    for (index, time) in times.enumerated() {
      #expect(abs(table.signal(at: time) - signal[index]) <= 1e-14 * max(1, signal[index]))
      #expect(abs(table.noise(at: time) - noise[index]) <= 1e-14 * max(1, noise[index]))
    }
    NoiseProcessTests.checkLaws(of: table)
  }

  @Test("rates are the derivatives of the interpolation, and have no jump at an entry", arguments: closed)
  func rates(_ closed: Closed) throws {
    let table = try closed.table(steps: 12)
    for step in 1..<240 {
      let time = Double(step) / 240
      let width = 1e-6
      for (value, rate) in [
        (table.signal(at:), table.signalRate(at:)), (table.noise(at:), table.noiseRate(at:)),
      ] as [((Double) -> Double, (Double) -> Double)] {
        let quotient = (value(time + width) - value(time - width)) / (2 * width)
        // Where a cubic meets the next, second derivatives differ.
        #expect(abs(quotient - rate(time)) < 1e-4 * (1 + abs(rate(time))), "\(time)")
      }
    }
  }

  // Of a table that rises by fits and starts: Steffen's slopes are what keeps it from falling in between.
  @Test("a table of any steps rises between its entries too, and meets both ends")
  func roughTable() throws {
    let levels = [-9.0, -8.999, -3, -2.9, -2.8, 4, 4.001, 9]
    for (first, last) in [(false, false), (true, false), (false, true), (true, true)] {
      var signal = levels.map { 1 / (1 + exp($0)).squareRoot() }
      var noise = levels.map { 1 / (1 + exp(-$0)).squareRoot() }
      if first { (signal, noise) = ([1] + signal, [0] + noise) }
      if last { (signal, noise) = (signal + [0], noise + [1]) }
      let table = try TabulatedProcess(signal: signal, noise: noise)
      NoiseProcessTests.checkLaws(of: table)
      #expect(first == (table.noiseLevel(at: 0) == 0))
      #expect(last == (table.noiseLevel(at: 1) == .infinity))
      for step in 0...5000 {
        let point = table.point(at: Double(step) / 5000)
        #expect(abs(point.signal * point.signal + point.noise * point.noise - 1) < 1e-14)
        // The speed that a velocity is divided by.
        #expect(point.signal * point.noiseRate - point.signalRate * point.noise > 0)
      }
    }
  }

  @Test("a table of float32 that preserves the variance does so exactly between its entries")
  func singlePrecision() throws {
    let process = VariancePreserving()
    let times = (0...999).map { Double($0) / 999 }
    let table = try TabulatedProcess(
      signal: times.map { Double(Float(process.signal(at: $0))) },
      noise: times.map { Double(Float(process.noise(at: $0))) })
    for step in 0...4000 {
      let point = table.point(at: Double(step) / 4000)
      #expect(abs(point.signal * point.signal + point.noise * point.noise - 1) < 1e-14)
    }
  }

  @Test("an α that stands still stays as it is, and one that is larger than 1 is no fault")
  func otherSignals() throws {
    let still = try TabulatedProcess(signal: [0.5, 0.5, 0.5, 0.5], noise: [0.1, 0.4, 1, 7])
    let large = try TabulatedProcess(signal: [3, 2.5, 2, 1], noise: [0.1, 0.4, 1, 7])
    for step in 0...100 {
      let time = Double(step) / 100
      #expect(abs(still.signal(at: time) - 0.5) < 1e-15 && abs(still.signalRate(at: time)) < 1e-15)
      #expect((1...3.0000001).contains(large.signal(at: time)))
    }
  }

  // MARK: - Times of models

  @Test(
    "at the levels of its entries a model is asked at t (K − 1) = k, from the data or from the noise",
    arguments: TimeZero.allCases)
  func timesteps(_ timeZero: TimeZero) throws {
    let process = try TabulatedProcess(BetaSchedule.linear(), timesteps: 1000)
    let isReversed = timeZero == .noise
    let table = try TabulatedProcess(
      signal: isReversed ? process.signals.reversed() : process.signals,
      noise: isReversed ? process.noises.reversed() : process.noises, timeZero: timeZero)
    for entry in 0..<1000 {
      let level = pow(process.noises[entry] / process.signals[entry], 2)
      let point = table.point(atNoiseLevel: level)
      let timestep = isReversed ? 999 - entry : entry
      #expect(abs(point.time * 999 - Double(timestep)) < 1e-8)
      #expect(abs(table.time(atNoiseLevel: level) * 999 - Double(entry)) < 1e-8)
    }
    // Both ends are exact.
    #expect(table.point(at: 0).time == (isReversed ? 1 : 0))
    #expect(table.point(at: 1).time == (isReversed ? 0 : 1))
  }

  @Test("a table that begins at the noise is the same path, asked in its own time, with velocities of that")
  func fromNoise() throws {
    let times = [0, 0.1, 0.3, 0.35, 0.8, 1]
    let signal = [1, 0.95, 0.8, 0.6, 0.2, 0]
    let noise = [0, 0.1, 0.3, 0.5, 0.9, 1.1]
    let table = try TabulatedProcess(signal: signal, noise: noise, times: times)
    let reversed = try TabulatedProcess(
      signal: signal.reversed(), noise: noise.reversed(), times: times.reversed().map { 1 - $0 },
      timeZero: .noise)
    for step in 1..<100 {
      let time = Double(step) / 100
      let (point, other) = (table.point(at: time), reversed.point(at: time))
      #expect(abs(other.time - (1 - time)) < 1e-15)
      #expect(abs(other.signal - point.signal) < 1e-12 && abs(other.noise - point.noise) < 1e-12)
      #expect(
        abs(other.signalRate + point.signalRate) < 1e-9 && abs(other.noiseRate + point.noiseRate) < 1e-9)
    }
  }

  @Test("flow matching from the noise is the same path with the times and rates of its models")
  func flowFromNoise() {
    let (flow, reversed) = (FlowMatching(), FlowMatching(timeZero: .noise))
    for level in [1e-4, 0.3, 1, 25] {
      let (point, other) = (flow.point(atNoiseLevel: level), reversed.point(atNoiseLevel: level))
      #expect(other.time == 1 - point.time && other.signal == point.signal && other.noise == point.noise)
      #expect(other.signalRate == 1 && other.noiseRate == -1)
      #expect(reversed.time(atNoiseLevel: level) == point.time)
    }
  }

  @Test("a run's own times count from the data whatever its models count from")
  func runTimes() throws {
    var sampler = ExampleTargets.sampler()
    sampler.process = FlowMatching(timeZero: .noise)
    let plan = try sampler.plan(particles: 100)
    #expect(plan.times.first! > 0.98 && plan.times.last! < 0.02)
  }

  // MARK: - Training codes

  @Test("betas, their α̅, and α with σ are one process")
  func sources() throws {
    let betas = [0.001, 0.02, 0.05, 0.3, 0.6]
    var square = 1.0
    let squares = betas.map { beta in
      square *= 1 - beta
      return square
    }
    let tables = try [
      TabulatedProcess(betas: betas), TabulatedProcess(alphasCumprod: squares),
      TabulatedProcess(alphasCumprod: squares.reversed(), timeZero: .noise),
      TabulatedProcess(
        signal: squares.map { $0.squareRoot() }, noise: squares.map { (1 - $0).squareRoot() }),
    ]
    for step in 0...50 {
      let time = Double(step) / 50
      for table in tables {
        #expect(abs(table.signal(at: time) - tables[0].signal(at: time)) < 1e-13)
        #expect(abs(table.noise(at: time) / tables[0].noise(at: time) - 1) < 1e-12)
      }
    }
  }

  // 1 − α̅ as a difference would leave four digits.
  @Test("small betas keep their digits")
  func smallBetas() throws {
    let table = try TabulatedProcess(betas: [1e-12, 2e-12, 0.5, 0.5])
    #expect(abs(table.noises[0] / 1e-6 - 1) < 1e-12)
    #expect(abs(table.noises[1] / 3e-12.squareRoot() - 1) < 1e-12)
  }

  @Test("a first β of 0 leaves the data without noise, and a last one of 1 leaves no signal")
  func endBetas() throws {
    let table = try TabulatedProcess(betas: [0, 0.1, 0.2, 0.5, 1])
    #expect(table.noiseLevels == 0...Double.infinity)
    #expect(table.noise(at: 0) == 0 && table.signal(at: 1) == 0 && table.noise(at: 1) == 1)
  }
}
