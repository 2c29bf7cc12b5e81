/// Where models of a process have their time zero: what they count `t` from, 0 to 1.
///
/// The sampler's own time is 0 at the data in either case. What changes is the time that models are asked at, and the sign of
/// velocities, which are per that time.
public enum TimeZero: String, Sendable, CaseIterable {
  /// `t = 0` is the data and `t = 1` the noise, as everywhere in this library.
  case data
  /// `t = 0` is the noise and `t = 1` the data, as in much of the code for flow matching.
  case noise
}
