import RunConfigurations

/// What a report says of one run, or of several side by side.
package struct Report {
  let records: [RunRecord]
  private let charts: ReportCharts

  /// - Parameter records: 1 to `Chart.colorCount` of them.
  package init(_ records: [RunRecord]) {
    self.records = records
    charts = ReportCharts(records)
  }

  package var page: ReportPage {
    let title = records.map(\.name).joined(separator: ", ")
    let sections: [HTMLText] = [
      head, RunTiles.section(records), warnings, path, samples, metrics, pictures, RunTables.section(records),
      footer,
    ]
    return ReportPage(title: title, body: sections.joined("\n"), charts: charts.all)
  }

  private var head: HTMLText {
    if records.count == 1 {
      return "<h1>\(records[0].name)</h1>\n<p class=\"lead\">\(RunTables.target(records[0]))</p>"
    }
    let names = records.map { HTMLText($0.name) }.joined(", ")
    return "<h1>\(names)</h1>\n<p class=\"lead\">\(records.count) runs side by side</p>"
  }

  /// Which colour is which run; nothing for a single one.
  private var legend: HTMLText {
    guard records.count > 1 else { return "" }
    let entries = records.enumerated().map { index, record in
      "<span style=\"--swatch: var(--c\(index + 1))\">\(record.name)</span>" as HTMLText
    }
    return "<div class=\"legend\">\(entries.joined())</div>"
  }

  // MARK: - Sections

  private var warnings: HTMLText {
    var items: [HTMLText] = []
    for record in records {
      let label: HTMLText = records.count > 1 ? "<b>\(record.name)</b> " : ""
      for warning in record.figures.warnings {
        items.append(
          "<li data-rule=\"\(warning.code.rawValue)\"\(warning.isDoubt ? " class=\"doubt\"" as HTMLText : "")>\(label)\(warning.sentence)</li>"
        )
      }
    }
    let doubtful = records.filter { $0.figures.trust == .doubtful }
    let verdict: HTMLText =
      doubtful.isEmpty
      ? ""
      : "<p class=\"doubtful\"><b>Doubtful.</b> The figures of \(doubtful.map { HTMLText($0.name) }.joined(", ")) may be off by more than their errors.</p>\n"
    if items.isEmpty {
      return "<p class=\"good\">No warnings: no rule found a reason for doubt.</p>"
    }
    return "\(verdict)<ul class=\"warnings\">\n\(items.joined("\n"))\n</ul>"
  }

  private var path: HTMLText {
    """
    <h2>From noise to data</h2>
    \(legend)
    <div class="figures">
    \(charts.path.map { Self.figure($0) }.joined("\n"))
    </div>
    """
  }

  private var samples: HTMLText {
    guard let samples = charts.samples else {
      return
        "<h2>Samples</h2>\n<p>The runs have different numbers of coordinates, so their samples are not compared.</p>"
    }
    var parts: [HTMLText] = ["<h2>Samples</h2>", legend]
    if let distances = samples.distances {
      parts.append("<div class=\"figures\">\(Self.figure(distances))</div>")
    }
    if !samples.cells.isEmpty {
      let cells = samples.cells.map { cell -> HTMLText in
        guard let cell else { return "<div></div>" }
        return Self.drawing(cell)
      }
      parts.append(
        """
        <figure>
        <div class="matrix\(samples.hasLead ? " lead-cell" : "")" style="--columns: \(samples.columns)">
        \(cells.joined("\n"))
        </div>
        <figcaption>\(samples.caption)</figcaption>
        </figure>
        """)
    }
    for pair in samples.pairs {
      parts.append("<div class=\"figures\">\(pair.map { Self.figure($0) }.joined("\n"))</div>")
    }
    return parts.joined("\n")
  }

  private var metrics: HTMLText {
    guard records.contains(where: { !$0.extras.metrics.isEmpty }) else { return "" }
    var names: [String] = []
    for record in records {
      for metric in record.extras.metrics where !names.contains(metric.name) { names.append(metric.name) }
    }
    let rows = names.map { name -> HTMLText in
      let cells = records.map { record -> HTMLText in
        let text = record.extras.metrics.first { $0.name == name }?.text ?? "–"
        return "<td>\(text)</td>"
      }
      return "<tr><th scope=\"row\">\(name)</th>\(cells.joined())</tr>"
    }
    return """
      <h2>Figures of the experiment</h2>
      <div class="scroll"><table>\(RunTables.header(records))<tbody>
      \(rows.joined("\n"))
      </tbody></table></div>
      """
  }

  private var pictures: HTMLText {
    var parts: [HTMLText] = []
    for record in records where !record.extras.pictures.isEmpty {
      let pictures = record.extras.pictures.map { picture -> HTMLText in
        let data = Base64.text(picture.svg)
        return """
          <figure><img src="data:image/svg+xml;base64,\(data)" alt="\(picture.caption)" \
          data-picture="\(picture.name)"><figcaption>\(picture.caption)</figcaption></figure>
          """
      }
      let title: HTMLText = records.count > 1 ? "Pictures of \(record.name)" : "Pictures"
      parts.append(
        "<h2>\(title)</h2>\n<div class=\"pictures\(pictures.count < 5 ? " few" : "")\">\n\(pictures.joined("\n"))\n</div>"
      )
    }
    return parts.joined("\n")
  }

  private var footer: HTMLText {
    """
    <footer>Written by fkc \(Versions.fkc) from the files beside it; <code>fkc report</code> writes it again. \
    Figures by Vega 6.2 and Vega-Lite 6.4 (BSD-3-Clause), whose licence is in this file's source.</footer>
    """
  }

  // MARK: - Figures

  private static func figure(_ chart: Chart) -> HTMLText {
    """
    <figure class="\(chart.layout.rawValue)"><h3>\(chart.title)</h3>
    \(drawing(chart))
    <figcaption>\(chart.caption)</figcaption></figure>
    """
  }

  private static func drawing(_ chart: Chart) -> HTMLText {
    "<div class=\"chart\" data-chart=\"\(chart.name)\"></div>"
  }
}
