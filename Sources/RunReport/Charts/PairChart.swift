import FeynmanKac
import RunConfigurations

/// The weighted density of two coordinates, as shades of one colour.
enum PairChart {
  static func chart(
    _ record: RunRecord, _ run: Int, _ pair: (x: Int, y: Int),
    _ ranges: (x: ClosedRange<Double>, y: ClosedRange<Double>), pairs: Int, side: Int, name: String,
    title: String, layout: Chart.Layout = .cell, caption: String = ""
  ) -> Chart {
    let cells = HistogramSize.cells(effectiveSampleSize: record.figures.effectiveSampleSize, pairs: pairs)
    let grid = WeightedGrid(
      record.column(pair.x), record.column(pair.y), weights: record.weights, ranges.x, ranges.y, size: cells)
    let highest = grid.shares.max()!
    let values: [JSONText] = grid.shares.indices.filter { grid.shares[$0] > 0 }.map { cell in
      // The square root shows what is rare too; the least shade is still seen.
      let shade = 0.08 + 0.92 * (grid.shares[cell] / highest).squareRoot()
      return [
        "i": .count(cell % cells), "j": .count(cell / cells), "o": .number((shade * 100).rounded() / 100),
      ]
    }
    let (x, y) = (edges("i", ranges.x, cells), edges("j", ranges.y, cells))
    return Chart(
      name: name, title: title, caption: caption, layout: layout,
      spec: Chart.spec(
        width: side, height: side,
        description: "Weighted density of coordinates \(pair.x) and \(pair.y)",
        layers: [
          [
            "data": ["values": .list(values)],
            "transform": [
              ["calculate": .text(x.lower), "as": "a"], ["calculate": .text(x.upper), "as": "b"],
              ["calculate": .text(y.lower), "as": "c"], ["calculate": .text(y.upper), "as": "d"],
            ],
            "mark": ["type": "rect", "fill": Chart.color(run)],
            "encoding": [
              "x": encoding("a", ranges.x, FigureText.coordinate(pair.x)), "x2": ["field": "b"],
              "y": encoding("c", ranges.y, FigureText.coordinate(pair.y)), "y2": ["field": "d"],
              "fillOpacity": ["field": "o", "type": "quantitative", "scale": nil, "legend": nil],
            ],
          ]
        ], isPlotSize: true))
  }

  private static func edges(
    _ field: String, _ range: ClosedRange<Double>, _ cells: Int
  ) -> (lower: String, upper: String) {
    let width = (range.upperBound - range.lowerBound) / Double(cells)
    return (
      "\(range.lowerBound) + \(width) * datum.\(field)",
      "\(range.lowerBound) + \(width) * (datum.\(field) + 1)"
    )
  }

  private static func encoding(_ field: String, _ range: ClosedRange<Double>, _ title: String) -> JSONText {
    [
      "field": .text(field), "type": "quantitative",
      "scale": [
        "domain": [.short(range.lowerBound), .short(range.upperBound)], "nice": false, "zero": false,
      ],
      "axis": [
        "title": .text(title), "tickCount": 5, "grid": false, "domain": true, "ticks": true, "titleAngle": 0,
      ],
    ]
  }
}
