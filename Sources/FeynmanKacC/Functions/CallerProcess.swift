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
    functions.signal_rate.map { $0(context.pointer, time) } ?? quotient(at: time, of: signal)
  }

  func noiseRate(at time: Double) -> Double {
    functions.noise_rate.map { $0(context.pointer, time) } ?? quotient(at: time, of: noise)
  }

  /// What processes without rates of their own answer.
  private func quotient(at time: Double, of value: (Double) -> Double) -> Double {
    let early = max(time - 1e-6, 0)
    let late = min(time + 1e-6, 1)
    return (value(late) - value(early)) / (late - early)
  }
}
