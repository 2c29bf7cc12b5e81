import RunConfigurations

/// Parts of the figures that run along the path.
enum PathChart {
  static let width = 460
  static let height = 240

  /// The rows that a figure shows: all of a usual run, else every so-many-th, and the last.
  static func rows(of record: RunRecord) -> [TraceRow] {
    let stride = (record.trace.count + 1199) / 1200
    return record.trace.enumerated().filter { $0.offset % stride == 0 || $0.offset == record.trace.count - 1 }
      .map(\.element)
  }

  /// A line of a run through values that are there.
  static func line(
    _ record: RunRecord, _ run: Int, _ axis: NoiseAxis, y: JSONText, extra: [(String, JSONText)] = [],
    _ value: (TraceRow) -> Double?
  ) -> JSONText {
    let points: [JSONText] = rows(of: record).compactMap { row in
      value(row).map { ["l": .short(row.position), "y": .short($0)] }
    }
    return [
      "data": ["values": .list(points)],
      "mark": .object([("type", "line"), ("stroke", Chart.color(run))] + extra),
      "encoding": ["x": axis.encoding(hasAxis: run == 0), "y": y],
    ]
  }

  static func yEncoding(_ field: String = "y", scale: JSONText, axis: [(String, JSONText)] = []) -> JSONText {
    [
      "field": .text(field), "type": "quantitative", "scale": scale,
      "axis": .object([("title", nil)] + axis),
    ]
  }

  /// A word beside what it names, at a position along the path.
  static func label(
    _ text: String, _ axis: NoiseAxis, at position: Double, y: Double, yEncoding: JSONText, color: JSONText,
    align: String, dy: Int = 0
  ) -> JSONText {
    [
      "data": ["values": [["l": .short(position), "y": .short(y)]]],
      "mark": [
        "type": "text", "text": .text(text), "fill": color, "align": .text(align),
        "dx": align == "left" ? 4 : -4,
        "dy": .number(Double(dy)),
      ],
      "encoding": ["x": axis.encoding(), "y": yEncoding],
    ]
  }
}
