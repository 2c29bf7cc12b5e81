/// How the exponents of a target come to what they are at the data.
///
/// A composition has to hold at the end of the path alone. A path of constant exponents leads through compositions that are
/// harder than the target: where modes part, a mode of weight w has the share w^β, which may be too small for any particle.
/// A late path begins with a composition that is as easy as the models, and changes it where the noise is as small as the
/// data is wide.
public enum ExponentPath: Sendable, Equatable {
  /// They are what their schedules say, along the whole path.
  case constant
  /// They are `max(aᵢ, 0)/Σ max(aⱼ, 0)`, one model or a geometric mean of models, until the noise has fallen to `below`. From there
  /// they move linearly in `u = −log v` to `aᵢ` at the data.
  ///
  /// - Parameter below: `v`, in squared data units; nil for what the models' spread suggests, the one that they know or state, or that of the Gaussian fitted
  ///   to their scores.
  case late(below: Double? = nil)
  /// Late where every model knows its log density and the exponents' sizes sum to more than 1. Where log densities have to be carried along the
  /// path, which takes up to twice the evaluations, late for `feynman-kac` weights that would have a heavy tail: at noise scale 1 where the positive
  /// exponents sum to more than 2; not where particles move at levels (``Sampler/rejuvenation``). Else constant.
  case automatic
}
