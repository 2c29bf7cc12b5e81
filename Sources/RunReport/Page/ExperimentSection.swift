/// What an experiment found out about its samples: pictures first, then figures, each run's beside the others'.
enum ExperimentSection {
  static func section(_ records: [RunRecord]) -> HTMLText {
    [pictures(records), metrics(records)].filter { !$0.markup.isEmpty }.joined("\n")
  }

  private static func pictures(_ records: [RunRecord]) -> HTMLText {
    let shown = records.filter { !$0.extras.pictures.isEmpty }
    guard !shown.isEmpty else { return "" }
    if records.count == 1 {
      return "<h2>Pictures</h2>\n\(caption(shown[0]))\(gallery(shown[0]))"
    }
    let columns = shown.map { "<div><h3>\($0.name)</h3>\n\(caption($0))\(gallery($0))</div>" as HTMLText }
    return """
      <h2>Pictures</h2>
      <div class="beside" style="--columns: \(shown.count)">
      \(columns.joined("\n"))
      </div>
      """
  }

  private static func caption(_ record: RunRecord) -> HTMLText {
    record.extras.picturesCaption.map { "<p class=\"caption\">\(HTMLText(prose: $0))</p>\n" } ?? ""
  }

  private static func gallery(_ record: RunRecord) -> HTMLText {
    let pictures = record.extras.pictures.map { picture -> HTMLText in
      """
      <figure><img src="data:image/svg+xml;base64,\(Base64.text(picture.svg))" alt="\(picture.caption)" \
      data-picture="\(picture.name)"><figcaption>\(HTMLText(prose: picture.caption))</figcaption></figure>
      """
    }
    return """
      <div class="pictures\(pictures.count < 5 ? " few" : "")">
      \(pictures.joined("\n"))
      </div>
      """
  }

  private static func metrics(_ records: [RunRecord]) -> HTMLText {
    var labels: [(name: String, label: String)] = []
    for metric in records.flatMap(\.extras.metrics) where !labels.contains(where: { $0.name == metric.name })
    {
      labels.append((metric.name, metric.label))
    }
    guard !labels.isEmpty else { return "" }
    let rows = labels.map { name, label in
      RunTables.row(
        label, records.map { record in record.extras.metrics.first { $0.name == name }?.text ?? "–" })
    }
    return """
      <h2>Figures of the experiment</h2>
      <div class="scroll"><table class="words">\(RunTables.header(records))<tbody>
      \(rows.joined("\n"))
      </tbody></table></div>
      """
  }
}
