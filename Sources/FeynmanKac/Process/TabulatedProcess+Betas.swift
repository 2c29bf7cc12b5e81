import Libc

// Tables as training codes state them, by α̅ = α² or by β.

extension TabulatedProcess {
  /// Takes `α̅ = α²` of every entry, with `σ² = 1 − α̅`: `alphas_cumprod` of a scheduler of diffusers.
  ///
  /// - Parameters:
  ///   - alphasCumprod: `α̅` from 0 to 1. It falls strictly, or rises where `timeZero` is the noise. float32 leaves 1 − α̅ of the first
  ///     entries right to one part in a thousand or so; numbers of 64 bits, or `betas`, say more.
  ///   - times: As of a table of `α` and `σ`.
  ///   - timeZero: As of a table of `α` and `σ`.
  /// - Throws: `SetupError` naming `alphasCumprod` or `times`.
  public init(alphasCumprod: [Double], times: [Double]? = nil, timeZero: TimeZero = .data) throws {
    try Self.checkFractions(alphasCumprod, "alphasCumprod")
    try self.init(
      alphasCumprod.map { $0.squareRoot() }, alphasCumprod.map { (1 - $0).squareRoot() }, times, timeZero,
      stated: "alphasCumprod")
  }

  /// Takes `β` of every training step, of which `α̅_k = Π (1 − β_i)` over all steps up to `k` (Ho et al. 2020).
  ///
  /// - Parameters:
  ///   - betas: From the data on, above 0 and below 1. The first may be 0, which leaves the data without noise, and the last 1, which
  ///     leaves no signal.
  ///   - times: As of a table of `α` and `σ`.
  /// - Throws: `SetupError` naming `betas` or `times`.
  public init(betas: [Double], times: [Double]? = nil) throws {
    try Self.checkFractions(betas, "betas")
    var logSquare = 0.0
    let logSquares = betas.map { beta in
      logSquare += log1p(-beta)
      return logSquare
    }
    // 1 − α̅ without the difference, which would leave few digits of small noise.
    try self.init(
      logSquares.map { exp(0.5 * $0) }, logSquares.map { (-expm1($0)).squareRoot() }, times, .data,
      stated: "betas")
  }

  private static func checkFractions(_ values: [Double], _ setting: String) throws {
    for (index, value) in values.enumerated() where !(0...1).contains(value) {
      throw SetupError(setting, "is \(value) at entry \(index), counted from 0; give numbers from 0 to 1")
    }
  }
}
