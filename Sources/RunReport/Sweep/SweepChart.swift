import RunConfigurations

/// log Z against one swept setting, a line for each combination of the others.
enum SweepChart {
  /// The ratio of the largest to the smallest value from which on an axis is logarithmic.
  private static let logarithmicRatio = 20.0

  /// A figure for one axis of a sweep; nil where no run has log Z.
  static func chart(_ sweep: SweepRecord, _ axis: Int, isWide: Bool) -> Chart? {
    let groups = sweep.groups.filter { $0.logNormalizer != nil }
    guard !groups.isEmpty else { return nil }
    let names = distinct(groups.map { sweep.words($0.places, but: axis) })
    let middles = self.middles(sweep, groups, axis)
    let plot = Plot(
      x: position(sweep.axes[axis]), series: series(names), sweep: sweep, axis: axis, middles: middles)
    let title = sweep.axes[axis].name
    return Chart(
      name: "sweep-\(axis)", title: "log Z against \(title)" + (middles.isEmpty ? "" : ", less its mean"),
      caption:
        "Lines: means over \(sweep.axes.count > 1 ? "the seeds, for each combination of the other settings" : "the seeds"), with two "
        + "standard errors, from the runs' own. Small points: single runs."
        + (middles.isEmpty ? "" : " Each line is drawn less its own mean, as the lines are far apart.")
        + (sweep.runs.contains { $0.doubts != nil } ? " Crosses: doubtful runs." : ""),
      layout: isWide ? .wide : .half,
      spec: Chart.spec(
        width: isWide ? 944 : PathChart.width, height: 300, description: "log Z against \(title)",
        layers: plot.layers(groups, sweep.runs.filter { $0.logNormalizer != nil }), sharesAxes: true))
  }

  /// How many times as far as a line reaches lines are apart that are drawn less their means.
  private static let farApart = 10.0

  /// The mean of each line, by its name, where lines are too far apart for their errors to be seen; else nothing.
  private static func middles(
    _ sweep: SweepRecord, _ groups: [SweepRecord.Group], _ axis: Int
  ) -> [String: Double] {
    let lines = Dictionary(grouping: groups) { sweep.words($0.places, but: axis) }.mapValues { line in
      line.map { $0.logNormalizer! }
    }
    let means = lines.mapValues { $0.reduce(0, +) / Double($0.count) }
    let reach = lines.values.map { $0.max()! - $0.min()! }.max()!
    let distance = means.values.max()! - means.values.min()!
    return distance > farApart * reach && groups.count > lines.count ? means : [:]
  }

  private static func distinct(_ names: [String]) -> [String] {
    names.enumerated().filter { index, name in names.firstIndex(of: name) == index }.map(\.element)
  }

  /// Numbers along a scale, everything else side by side in the order of the sweep.
  private static func position(_ axis: SweepRecord.Axis) -> JSONText {
    guard let numbers = axis.numbers else {
      return [
        "field": "x", "type": "nominal", "sort": nil,
        "axis": ["title": .text(axis.name), "labelAngle": 0, "labelLimit": 160],
      ]
    }
    let (least, most) = (numbers.min()!, numbers.max()!)
    let isLogarithmic = least > 0 && most >= logarithmicRatio * least
    return [
      "field": "x", "type": "quantitative",
      "axis": ["title": .text(axis.name), "tickCount": 6],
      "scale": ["type": isLogarithmic ? "log" : "linear", "zero": false, "nice": false, "padding": 14],
    ]
  }

  /// Which colour is which combination of the other settings; with too many of them all have one.
  private static func series(_ names: [String]) -> JSONText {
    guard (2...Chart.colorCount).contains(names.count) else { return ["value": Chart.color(0)] }
    return [
      "field": "s", "type": "nominal",
      "scale": [
        "domain": .list(names.map { .text($0) }), "range": .list(names.indices.map { Chart.color($0) }),
      ],
      "legend": ["orient": "bottom", "title": nil, "columns": 2, "labelLimit": 210, "symbolType": "stroke"],
    ]
  }

  /// The layers of one figure.
  private struct Plot {
    let x: JSONText
    let series: JSONText
    let sweep: SweepRecord
    let axis: Int
    /// What is taken off each line, by its name.
    let middles: [String: Double]

    private static func y(_ field: String) -> JSONText {
      PathChart.yEncoding(field, scale: ["zero": false, "nice": true])
    }

    private func row(_ places: [Int], _ value: Double, error: Double? = nil) -> JSONText {
      let text = sweep.axes[axis].values[places[axis]]
      let place: JSONText = sweep.axes[axis].numbers == nil ? .text(text) : .number(Double(text) ?? 0)
      let line = sweep.words(places, but: axis)
      let (y, reach) = (value - (middles[line] ?? 0), 2 * (error ?? 0))
      return [
        "x": place, "s": .text(line), "y": .short(y), "a": .short(y - reach), "b": .short(y + reach),
      ]
    }

    func layers(_ groups: [SweepRecord.Group], _ runs: [SweepRecord.Run]) -> [JSONText] {
      let means: JSONText = [
        "values": .list(
          groups.map { row($0.places, $0.logNormalizer!, error: $0.standardError) })
      ]
      let lines: JSONText = [
        "data": means, "mark": ["type": "line", "strokeWidth": 1.4, "point": false],
        "encoding": [
          "x": x, "y": Self.y("y"), "stroke": series, "detail": ["field": "s", "type": "nominal"],
        ],
      ]
      let bars: JSONText = [
        "data": means, "mark": ["type": "rule", "strokeWidth": 3.5, "strokeOpacity": 0.5],
        "encoding": ["x": x, "y": Self.y("a"), "y2": ["field": "b"], "stroke": series],
      ]
      let (sound, doubtful) = (runs.filter { $0.doubts == nil }, runs.filter { $0.doubts != nil })
      return [lines, bars] + points(sound, shape: "circle", size: 16)
        + points(doubtful, shape: "cross", size: 70)
    }

    private func points(_ runs: [SweepRecord.Run], shape: String, size: Int) -> [JSONText] {
      guard !runs.isEmpty else { return [] }
      let isDoubtful = shape == "cross"
      return [
        [
          "data": ["values": .list(runs.map { row($0.places, $0.logNormalizer!) })],
          "mark": [
            "type": "point", "filled": true, "shape": .text(shape), "size": .count(size),
            "fill": isDoubtful ? "var(--note)" : Chart.muted, "strokeWidth": 0, "opacity": 1,
          ],
          "encoding": ["x": x, "y": Self.y("y")],
        ]
      ]
    }
  }
}
