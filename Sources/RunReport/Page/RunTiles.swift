import FeynmanKac
import RunConfigurations

/// The few figures that a reader looks for first.
enum RunTiles {
  /// Large figures for a single run; several are side by side in the table instead.
  static func section(_ records: [RunRecord]) -> HTMLText {
    guard records.count == 1 else { return table(records) }
    let figures = records[0].figures
    let tiles = [
      tile(
        "log Z", logNormalizer(figures),
        (figures.standardError == nil ? "" : "± one standard error, ") + estimator(figures)),
      tile(
        "Effective sample size", FigureText.digits(figures.effectiveSampleSize),
        "of \(FigureText.whole(figures.particles)) particles, \(FigureText.percent(figures.effectiveShare)); "
          + "at least \(FigureText.digits(figures.minimumEffectiveSampleSize)) on the way"),
      tile(
        "Resamplings", FigureText.whole(figures.resampleCount),
        "in \(FigureText.whole(figures.steps)) steps"
          + (figures.islands > 1 ? ", summed over \(figures.islands) islands" : "")),
      tile(
        "Surviving ancestors", FigureText.whole(figures.uniqueAncestors),
        "of the start have descendants at the end"),
      tile(
        "Time", "\(FigureText.digits(figures.wallSeconds, 3)) s",
        "\(FigureText.digits(figures.particleStepsPerSecond, 3)) particle steps a second on "
          + "\(figures.threads) \(figures.threads == 1 ? "thread" : "threads")"),
    ]
    return "<div class=\"tiles\">\n\(tiles.joined("\n"))\n</div>"
  }

  private static func table(_ records: [RunRecord]) -> HTMLText {
    let rows: [(String, (RunFigures) -> String)] = [
      ("standard error of log Z", estimator),
      ("effective sample size", { FigureText.digits($0.effectiveSampleSize) }),
      ("share of particles", { FigureText.percent($0.effectiveShare) }),
      ("resamplings", { FigureText.whole($0.resampleCount) }),
      ("surviving ancestors", { FigureText.whole($0.uniqueAncestors) }),
      ("particles × steps", { "\(FigureText.whole($0.particles)) × \(FigureText.whole($0.steps))" }),
      ("seconds", { FigureText.digits($0.wallSeconds, 3) }),
    ]
    let normalizers = records.map {
      logNormalizer($0.figures) + ($0.figures.trust == .doubtful ? " (doubtful)" : "")
    }
    let lines =
      [("log Z", normalizers)] + differences(records)
      + rows.map { name, text in (name, records.map { text($0.figures) }) }
    return """
      <div class="scroll"><table>\(RunTables.header(records))<tbody>
      \(lines.map(RunTables.row).joined("\n"))
      </tbody></table></div>
      """
  }

  /// log Z of each run less that of the first; nothing where no two runs have one.
  private static func differences(_ records: [RunRecord]) -> [(String, [String])] {
    guard let reference = records[0].figures.normalizer else { return [] }
    let found = records.dropFirst().map { record in
      record.figures.normalizer.map { text($0.less(reference)) }
    }
    guard found.contains(where: { $0 != nil }) else { return [] }
    return [("Δ log Z, to the first", ["–"] + found.map { $0 ?? "–" })]
  }

  private static func logNormalizer(_ figures: RunFigures) -> String { figures.normalizer.map(text) ?? "–" }

  private static func text(_ normalizer: StoredNormalizer) -> String {
    FigureText.value(normalizer.value, error: normalizer.standardError)
  }

  /// Where the standard error comes from, or why there is none.
  static func estimator(_ figures: RunFigures) -> String {
    guard figures.logNormalizer != nil else { return "not estimated without weights" }
    guard figures.standardError != nil else { return "without a standard error" }
    switch figures.estimator.flatMap(Estimate.StandardErrorMethod.init) {
    case .leeWhiteley:
      return
        "estimated from how much of the weight descends from each particle of the start (Lee and Whiteley 2018)"
    case .islandSpread:
      let freedom = figures.degreesOfFreedom.map { ", \(FigureText.digits($0, 3)) degrees of freedom" } ?? ""
      return "estimated from the spread of \(figures.islands) independent islands\(freedom)"
    case nil: return "by \(figures.estimator ?? "–")"
    }
  }

  private static func tile(_ name: String, _ figure: String, _ note: String) -> HTMLText {
    """
    <div class="tile"><div class="name">\(name)</div><div class="figure">\(figure)</div><div class="note">\(note)</div></div>
    """
  }
}
