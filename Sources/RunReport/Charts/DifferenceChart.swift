import RunConfigurations

/// log Z of every run less that of the first, with two standard errors. Nil where there is nothing to compare.
enum DifferenceChart {
  static func chart(_ records: [RunRecord]) -> Chart? {
    guard let reference = records[0].figures.normalizer else { return nil }
    let found = records.enumerated().dropFirst().compactMap { run, record in
      record.figures.normalizer.map { (run: run, name: record.name, difference: $0.less(reference)) }
    }
    guard found.contains(where: { $0.difference.standardError != nil }) else { return nil }
    func x(_ field: String) -> JSONText {
      [
        "field": .text(field), "type": "quantitative",
        "axis": ["title": "nats", "tickCount": 6, "grid": true], "scale": ["zero": true, "nice": true],
      ]
    }
    let y: JSONText = [
      "field": "n", "type": "nominal", "sort": nil,
      "axis": ["title": nil, "labelLimit": 240, "maxExtent": 250, "labelPadding": 8],
    ]
    let layers = found.flatMap { run, name, difference -> [JSONText] in
      let reach = 2 * (difference.standardError ?? 0)
      let data: JSONText = [
        "values": [
          [
            "n": .text(name), "x": .short(difference.value), "a": .short(difference.value - reach),
            "b": .short(difference.value + reach),
          ]
        ]
      ]
      return [
        [
          "data": data,
          "mark": ["type": "rule", "stroke": Chart.color(run), "strokeWidth": 3.5, "strokeOpacity": 0.5],
          "encoding": ["x": x("a"), "x2": ["field": "b"], "y": y],
        ],
        [
          "data": data, "mark": ["type": "point", "filled": true, "fill": Chart.color(run), "size": 40],
          "encoding": ["x": x("x"), "y": y],
        ],
      ]
    }
    return Chart(
      name: "log-normalizer-difference", title: "Δ log Z",
      caption:
        "log Z less that of \(records[0].name), with two standard errors of the difference, which takes the runs for independent.",
      layout: .half,
      spec: Chart.spec(
        width: PathChart.width, height: 70 + 34 * found.count,
        description: "Differences of log Z between runs", layers: layers, sharesAxes: true))
  }
}
