import RunConfigurations

/// log Z along the path. Nil where no run carried weights.
enum LogNormalizerChart {
  static func chart(_ records: [RunRecord]) -> Chart? {
    guard records.contains(where: { $0.figures.logNormalizer != nil }) else { return nil }
    let axis = NoiseAxis(records)
    let y = PathChart.yEncoding(scale: ["zero": false, "nice": true])
    var layers = axis.progressLayers
    for (run, record) in records.enumerated() {
      layers.append(PathChart.line(record, run, axis, y: y) { record.logNormalizer(at: $0) })
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
      layers.append(lastPoint(value, last, run, axis, y))
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

  private static func lastPoint(
    _ value: Double, _ last: TraceRow, _ run: Int, _ axis: NoiseAxis, _ y: JSONText
  ) -> JSONText {
    [
      "data": ["values": [["l": .short(last.position), "y": .short(value)]]],
      "mark": ["type": "point", "filled": true, "fill": Chart.color(run), "size": 24],
      "encoding": ["x": axis.encoding(), "y": y],
    ]
  }

  // MARK: - Its end

  /// How many standard errors from its final value log Z may be where the figure of its end begins.
  private static let widest = 15.0
  /// The least number of steps that the figure of its end shows.
  private static let fewestRows = 8

  /// The last part of the path of the one run that has log Z, on a scale of its own, where the whole path hides the error. Nil where it
  /// does not, where there is no error, and for several runs.
  static func end(_ records: [RunRecord]) -> Chart? {
    let carried = records.indices.filter { records[$0].figures.logNormalizer != nil }
    return carried.count == 1 ? end(records[carried[0]], carried[0]) : nil
  }

  private static func end(_ record: RunRecord, _ run: Int) -> Chart? {
    guard let value = record.figures.logNormalizer, let error = record.figures.standardError, error > 0 else {
      return nil
    }
    let rows = record.trace.compactMap { row in
      record.logNormalizer(at: row).map { (position: row.position, value: $0) }
    }
    let isNear = { (number: Double) in abs(number - value) <= widest * error }
    guard let first = rows.first, let last = rows.last, rows.contains(where: { !isNear($0.value) }) else {
      return nil
    }
    let near = rows.reversed().prefix { isNear($0.value) }.count
    let shown = rows.suffix(max(near, fewestRows))
    let axis = NoiseAxis(from: shown.first?.position ?? first.position, to: last.position)
    let y = PathChart.yEncoding(scale: ["zero": false, "nice": false])
    let (low, high) = (value - 2 * error, value + 2 * error)
    let points: [JSONText] = shown.map { ["l": .short($0.position), "y": .short($0.value)] }
    let layers: [JSONText] = [
      [
        "data": [
          "values": .list(
            [axis.start, axis.end].map { ["l": .short($0), "y": .short(low), "a": .short(high)] })
        ],
        "mark": ["type": "area", "fill": Chart.color(run), "fillOpacity": 0.18],
        "encoding": ["x": axis.encoding(), "y": y, "y2": ["field": "a"]],
      ],
      [
        "data": ["values": .list(points)],
        "mark": [
          "type": "line", "stroke": Chart.color(run), "point": ["size": 14, "fill": Chart.color(run)],
        ],
        "encoding": ["x": axis.encoding(hasAxis: true), "y": y],
      ],
    ]
    return Chart(
      name: "log-normalizer-end", title: "log Z, the end of the path",
      caption:
        "The last \(shown.count - 1) of \(record.figures.steps) steps on a scale of their own. Band: the final value with two "
        + "standard errors, \(FigureText.range(low, high, error: error)).",
      layout: .half,
      spec: Chart.spec(
        width: PathChart.width, height: PathChart.height,
        description: "log Z over noise level at the end of the path, with two standard errors", layers: layers
      ))
  }
}

extension RunRecord {
  /// log Z of the noised target at a step, in nats; nil where weights are not carried.
  fileprivate func logNormalizer(at row: TraceRow) -> Double? {
    row.logNormalizerRatio.map { $0 + (figures.logNormalizerInitial ?? 0) }
  }
}
