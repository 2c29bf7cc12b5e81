import RunConfigurations

/// What a report says of a sweep: log Z against each swept setting, and a table of its combinations.
package struct SweepReport {
  private let sweep: SweepRecord
  private let charts: [Chart]

  /// The most runs that are listed by name.
  private static let mostListed = 50

  /// A report of what a sweep found.
  package init(_ sweep: SweepRecord) {
    self.sweep = sweep
    charts = sweep.axes.indices.compactMap {
      SweepChart.chart(sweep, $0, isWide: sweep.axes.count == 1)
    }
  }

  /// The page as it is written.
  package var page: ReportPage {
    let failed = sweep.runs.count { $0.failure != nil }
    let count = "\(FigureText.whole(sweep.runs.count)) runs"
    let lead = count + (failed > 0 ? ", of which \(FigureText.whole(failed)) failed" : "")
    let head: HTMLText = "<h1>\(sweep.name)</h1>\n<p class=\"lead\">\(lead)</p>"
    let figures: HTMLText =
      charts.isEmpty
      ? ""
      : "<h2>log Z against what was swept</h2>\n<div class=\"figures\">\n\(charts.map { Report.figure($0) }.joined("\n"))\n</div>"
    return ReportPage(
      title: sweep.name, body: [head, doubts, figures, table, Report.footer].joined("\n"), charts: charts)
  }

  private var doubts: HTMLText {
    let doubtful = sweep.runs.compactMap { run in run.doubts.map { (run.folder, $0) } }
    let failed = sweep.runs.compactMap { run in run.failure.map { (run.folder, $0) } }
    guard !(doubtful + failed).isEmpty else {
      return "<p class=\"good\">No run is doubtful: no rule found a reason for doubt.</p>"
    }
    let verdict: HTMLText =
      doubtful.isEmpty
      ? ""
      : "<p class=\"doubtful\"><b>Doubtful.</b> The figures of \(FigureText.whole(doubtful.count)) of \(FigureText.whole(sweep.runs.count)) runs may be off by more than their errors.</p>"
    let listed = (failed + doubtful).prefix(Self.mostListed)
    var items = listed.map { folder, text in
      "<li class=\"doubt\"><b>\(folder)</b> \(text)</li>" as HTMLText
    }
    let rest = failed.count + doubtful.count - listed.count
    if rest > 0 {
      items.append("<li class=\"doubt\">and \(FigureText.whole(rest)) more, which sweep.csv has</li>")
    }
    return "\(verdict)\n<ul class=\"warnings compact\">\n\(items.joined("\n"))\n</ul>"
  }

  private var table: HTMLText {
    let names = sweep.axes.map(\.name) + ["runs", "failed", "doubtful", "log Z", "effective sample size"]
    let rows = sweep.groups.map { group -> HTMLText in
      let cells =
        zip(sweep.axes, group.places).map { axis, place in axis.values[place] }
        + [
          FigureText.whole(group.runs.count), FigureText.whole(group.runs.count { $0.failure != nil }),
          FigureText.whole(group.runs.count { $0.doubts != nil }),
          group.logNormalizer.map { FigureText.value($0, error: group.standardError) } ?? "–",
          FigureText.digits(group.effectiveSampleSize),
        ]
      return "<tr>\(cells.map { "<td>\($0)</td>" as HTMLText }.joined())</tr>"
    }
    let head = names.map { "<th scope=\"col\">\($0)</th>" as HTMLText }
    return """
      <h2>Combinations</h2>
      <div class="scroll"><table class="plain"><thead><tr>\(head.joined())</tr></thead><tbody>
      \(rows.joined("\n"))
      </tbody></table></div>
      <p class="caption">Means over the seeds. ± is one standard error of the mean of log Z, from the runs' own errors.</p>
      """
  }
}
