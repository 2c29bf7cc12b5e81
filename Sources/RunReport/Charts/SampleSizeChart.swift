import RunConfigurations

/// The effective sample size along the path, with the steps that resampled.
enum SampleSizeChart {
  static func chart(_ records: [RunRecord]) -> Chart {
    let axis = NoiseAxis(records)
    let y = PathChart.yEncoding(
      scale: ["domain": [0, 1], "nice": false],
      axis: [("format", ".0%"), ("values", [0, 0.25, 0.5, 0.75, 1])])
    var layers = axis.progressLayers
    let thresholds = Set(records.map(\.resamplingThreshold))
    let threshold = thresholds.count == 1 ? thresholds.first! : nil
    if let threshold, threshold > 0, threshold < 1 {
      layers.append([
        "data": ["values": [["y": .short(threshold)]]],
        "mark": ["type": "rule", "stroke": Chart.muted, "strokeDash": [3, 3]], "encoding": ["y": y],
      ])
    }
    for (run, record) in records.enumerated() {
      layers.append(
        PathChart.line(record, run, axis, y: y) { $0.effectiveSampleSize / Double(record.particles) })
    }
    for (run, record) in records.enumerated() {
      let steps: [JSONText] = record.trace.filter { $0.resampledIslands > 0 }.map {
        ["l": .short($0.position)]
      }
      guard !steps.isEmpty else { continue }
      layers.append([
        "data": ["values": .list(steps)],
        "mark": [
          "type": "tick", "orient": "vertical", "size": 9, "thickness": 1.2, "fill": Chart.color(run),
          "fillOpacity": 0.75,
        ],
        "encoding": ["x": axis.encoding(), "y": ["value": ["expr": .text("height - \(6 + 10 * run)")]]],
      ])
    }
    return Chart(
      name: "effective-sample-size", title: "Effective sample size",
      caption: "Share of the particles, before any resampling of a step. \(ticks(records))"
        + (threshold.map { $0 > 0 && $0 < 1 ? " Dashed: resampling below \(FigureText.percent($0))." : "" }
          ?? "")
        + " Above: share of the path that is done.",
      layout: .half,
      spec: Chart.spec(
        width: PathChart.width, height: PathChart.height,
        description: "Effective sample size over noise level, from noise to data", layers: layers))
  }

  private static func ticks(_ records: [RunRecord]) -> String {
    let count = records.reduce(0) { $0 + $1.figures.resampleCount }
    guard count > 0 else { return "No step resampled." }
    if records.count > 1 { return "Ticks: steps that resampled." }
    let islands = records[0].figures.islands
    if count == 1 { return "Tick: the step that resampled." }
    return "Ticks: the steps of \(FigureText.whole(count)) resamplings"
      + (islands > 1 ? ", summed over \(islands) islands." : ".")
  }
}

extension RunRecord {
  /// The threshold of the ESS, as a share of the particles; nil where the config does not say.
  var resamplingThreshold: Double? {
    guard case .scalar(let text, _)? = settings["resampling"]?["ess_threshold"]?.value else { return nil }
    return Double(text)
  }
}
