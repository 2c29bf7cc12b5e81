import RunConfigurations

/// How many particles of the start are still there, and how many particles on the way have descendants at the end.
enum AncestorChart {
  static func chart(_ records: [RunRecord]) -> Chart {
    let axis = NoiseAxis(records)
    let highest = Double(records.map(\.particles).max()!)
    let lowest = Double(records.map(\.figures.uniqueAncestors).min()!)
    // Whole decades would show nothing of a run that keeps most of its ancestors.
    let scale: JSONText =
      lowest > 0.1 * highest
      ? ["domain": [0, .short(highest)], "nice": true]
      : ["type": "log", "domain": [.short(lowest / 1.5), .short(highest * 1.15)], "nice": false]
    let y = PathChart.yEncoding(scale: scale, axis: [("format", ",.0f"), ("tickCount", 4)])
    var layers = axis.progressLayers
    for (run, record) in records.enumerated() {
      layers.append(PathChart.line(record, run, axis, y: y) { Double($0.uniqueAncestors) })
      guard let genealogy = record.genealogy else { continue }
      let slices = [record.trace[0]] + genealogy.steps.map { record.trace[$0] }
      let points: [JSONText] = zip(slices, genealogy.survivingLineages).map { row, count in
        ["l": .short(row.position), "y": .count(count)]
      }
      layers.append([
        "data": ["values": .list(points)],
        "mark": [
          "type": "line", "stroke": Chart.color(run), "strokeDash": [4, 3],
          "point": ["size": 14, "fill": Chart.color(run)],
        ],
        "encoding": ["x": axis.encoding(), "y": y],
      ])
    }
    let survivors = records.map {
      "\(FigureText.whole($0.figures.uniqueAncestors)) of \(FigureText.whole($0.particles))"
    }
    return Chart(
      name: "ancestors", title: "Surviving ancestors",
      caption:
        "Solid: particles of the start that still have descendants at this level. Dashed: particles of this "
        + "level that have descendants at the end. Both meet in the ancestors of the samples: "
        + "\(survivors.joined(separator: "; ")).",
      layout: .half,
      spec: Chart.spec(
        width: PathChart.width, height: PathChart.height,
        description: "Surviving ancestors over noise level, from noise to data", layers: layers))
  }
}
