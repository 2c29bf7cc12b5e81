import RunConfigurations

/// log Z along the path. Nil where no run carried weights.
enum LogNormalizerChart {
  static func chart(_ records: [RunRecord]) -> Chart? {
    guard records.contains(where: { $0.figures.logNormalizer != nil }) else { return nil }
    let axis = NoiseAxis(records)
    let y = PathChart.yEncoding(scale: ["zero": false, "nice": true])
    var layers = axis.progressLayers
    for (run, record) in records.enumerated() {
      let initial = record.figures.logNormalizerInitial ?? 0
      layers.append(
        PathChart.line(record, run, axis, y: y) { row in row.logNormalizerRatio.map { $0 + initial } })
      guard let value = record.figures.logNormalizer, let last = record.trace.last else { continue }
      if let error = record.figures.standardError {
        layers.append([
          "data": [
            "values": [
              ["l": .short(last.position), "a": .short(value - 2 * error), "y": .short(value + 2 * error)]
            ]
          ],
          "mark": ["type": "rule", "stroke": Chart.color(run), "strokeWidth": 3.5, "strokeOpacity": 0.5],
          "encoding": ["x": axis.encoding(), "y": y, "y2": ["field": "a"]],
        ])
      }
      layers.append([
        "data": ["values": [["l": .short(last.position), "y": .short(value)]]],
        "mark": ["type": "point", "filled": true, "fill": Chart.color(run), "size": 24],
        "encoding": ["x": axis.encoding(), "y": y],
      ])
    }
    return Chart(
      name: "log-normalizer", title: "log Z",
      caption:
        "The normalizing constant of the noised target, absolute, in nats; at the right end its final value"
        + (records.contains { $0.figures.standardError != nil } ? " with two standard errors." : "."),
      layout: .half,
      spec: Chart.spec(
        width: PathChart.width, height: PathChart.height,
        description: "log Z over noise level, from noise to data", layers: layers))
  }
}
