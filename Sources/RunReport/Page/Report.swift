import RunConfigurations

/// What a report says of one run, or of several side by side.
package struct Report {
  let records: [RunRecord]
  private let charts: ReportCharts

  /// - Parameter records: 1 to `Chart.colorCount` of them.
  package init(_ records: [RunRecord]) {
    self.records = RunRecord.distinguished(records)
    charts = ReportCharts(self.records)
  }

  package var page: ReportPage {
    let title = records.map(\.name).joined(separator: ", ")
    let sections: [HTMLText] = [
      head, RunTiles.section(records), WarningList.section(records), ExperimentSection.section(records), path,
      samples, MeansTable.section(records), RunTables.section(records), Self.footer,
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

  private var path: HTMLText {
    """
    <h2>From noise to data</h2>
    \(legend)
    <div class="figures">
    \(charts.path.map { Self.figure($0) }.joined("\n"))
    </div>
    \(genealogies)
    """
  }

  /// What there is to say of runs whose genealogy shows nothing.
  private var genealogies: HTMLText {
    let sentences = records.compactMap { record -> HTMLText? in
      guard let sentence = GenealogyChart.sentence(record) else { return nil }
      return "<p class=\"caption\">\(records.count > 1 ? record.name + ". " : "")\(sentence)</p>"
    }
    return sentences.joined("\n")
  }

  private var samples: HTMLText {
    guard let samples = charts.samples else {
      return
        "<h2>Samples</h2>\n<p>The runs have different numbers of coordinates, so their samples are not compared.</p>"
    }
    var parts: [HTMLText] = ["<h2>Samples</h2>", legend]
    parts.append(StructureDrawings.section(records))
    if !samples.wholes.isEmpty {
      parts.append("<div class=\"figures\">\(samples.wholes.map { Self.figure($0) }.joined("\n"))</div>")
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

  static var footer: HTMLText {
    """
    <footer>Written by fkc \(Versions.fkc) from the files beside it; <code>fkc report</code> writes it again. \
    Figures by Vega 6.2 and Vega-Lite 6.4 (BSD-3-Clause), whose licence is in this file's source.</footer>
    """
  }

  // MARK: - Figures

  static func figure(_ chart: Chart) -> HTMLText {
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
