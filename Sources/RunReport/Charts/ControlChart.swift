/// The slope of the control along the path. Nil where no run had control.
enum ControlChart {
  static func chart(_ records: [RunRecord]) -> Chart? {
    guard records.contains(where: { $0.trace.contains { $0.controlSlope != 0 } }) else { return nil }
    let axis = NoiseAxis(records)
    let y = PathChart.yEncoding(scale: ["nice": true])
    var layers = axis.progressLayers
    for (run, record) in records.enumerated() {
      layers.append(PathChart.line(record, run, axis, y: y) { $0.controlSlope })
    }
    let hasIslands = records.contains { $0.figures.islands > 1 }
    return Chart(
      name: "control-slope", title: "Control slope θ",
      caption:
        "The drift θ y that was fitted so that the weights vary least\(hasIslands ? ", mean over islands" : "").",
      layout: .half,
      spec: Chart.spec(
        width: PathChart.width, height: PathChart.height,
        description: "Slope of the control over noise level, from noise to data", layers: layers))
  }
}
