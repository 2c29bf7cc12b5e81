import RunConfigurations

/// The residual of Stein's identity along the path. Nil where no run has it.
enum ScoreResidualChart {
  static func chart(_ records: [RunRecord]) -> Chart? {
    guard records.contains(where: { $0.trace.contains { $0.scoreResidual != nil } }) else { return nil }
    let axis = NoiseAxis(records)
    let y = PathChart.yEncoding(scale: ["nice": true], axis: [("format", ".0~%")])
    var layers = axis.progressLayers
    for (run, record) in records.enumerated() {
      let band: [JSONText] = PathChart.rows(of: record).compactMap { row in
        row.scoreResidual.map {
          [
            "l": .short(row.position), "y": .short($0.value - 2 * $0.standardError),
            "a": .short($0.value + 2 * $0.standardError),
          ]
        }
      }
      layers.append([
        "data": ["values": .list(band)],
        "mark": ["type": "area", "fill": Chart.color(run), "fillOpacity": 0.18],
        "encoding": ["x": axis.encoding(), "y": y, "y2": ["field": "a"]],
      ])
      layers.append(PathChart.line(record, run, axis, y: y) { $0.scoreResidual?.value })
    }
    return Chart(
      name: "score-residual", title: "Consistency of the scores",
      caption:
        "E⟨y, S⟩/D + 1 over the weighted particles, with two standard errors: 0 for the scores of any density. What is "
        + "apart from it shows a network's own error, which ± does not count, or particles that have not arrived; 0 does not show that "
        + "there is none.",
      layout: .half,
      spec: Chart.spec(
        width: PathChart.width, height: PathChart.height,
        description: "Residual of Stein's identity over noise level, from noise to data", layers: layers))
  }
}
