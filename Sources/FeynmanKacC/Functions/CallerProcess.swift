import CFeynmanKac
import FeynmanKac

/// A process by functions of the caller.
///
/// Unchecked: functions in C hold no state of Swift's.
struct CallerProcess: NoiseProcess, @unchecked Sendable {
  let functions: fkc_process
  let context: CallerContext

  func signal(at time: Double) -> Double { functions.signal(context.pointer, time) }
  func noise(at time: Double) -> Double { functions.noise(context.pointer, time) }

  func signalRate(at time: Double) -> Double {
    functions.signal_rate.map { $0(context.pointer, time) } ?? Self.rate(at: time, of: signal)
  }

  func noiseRate(at time: Double) -> Double {
    functions.noise_rate.map { $0(context.pointer, time) } ?? Self.rate(at: time, of: noise)
  }
}
