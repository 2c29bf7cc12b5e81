import RunConfigurations

/// One figure of a report: a Vega-Lite specification and the words around it.
package struct Chart {
  enum Layout: String {
    /// Half the page.
    case half
    /// The whole width of the page.
    case wide
    /// One of several side by side, such as the cells of a matrix of pairs.
    case cell
  }

  /// Unique on its page.
  let name: String
  let title: String
  /// What is drawn, and what was left out.
  let caption: String
  let layout: Layout
  let spec: JSONText

  /// Colours are variables of the page's style sheet, so that dark mode and print need no second drawing.
  static let ink = JSONText.text("var(--ink)")
  static let muted = JSONText.text("var(--muted)")

  /// The colour of a run, by its place among those on the page.
  static func color(_ index: Int) -> JSONText { .text("var(--c\(index % colorCount + 1))") }

  package static let colorCount = 6

  /// A specification of layers with the given outer size in pixels.
  ///
  /// - Parameters:
  ///   - isPlotSize: The size is that of the plot alone; the axes come beside it.
  ///   - sharesAxes: The layers have one horizontal axis, and not the axis of one of them.
  static func spec(
    width: Int, height: Int, description: String, layers: [JSONText], isPlotSize: Bool = false,
    sharesAxes: Bool = false
  ) -> JSONText {
    [
      "width": .count(width), "height": .count(height), "description": .text(description),
      "autosize": isPlotSize ? "pad" : ["type": "fit", "contains": "padding"],
      "padding": ["left": 2, "right": 10, "top": 4, "bottom": 2],
      "layer": .list(layers), "resolve": ["axis": ["x": sharesAxes ? "shared" : "independent"]],
    ]
  }

  /// What all figures have in common.
  static let configuration: JSONText = [
    "background": nil,
    "font":
      "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif",
    "view": ["stroke": nil],
    "axis": [
      "labelColor": muted, "titleColor": muted, "domainColor": "var(--line)", "tickColor": "var(--line)",
      "gridColor": "var(--grid)", "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal",
      "tickSize": 4, "labelPadding": 3, "titlePadding": 5, "labelFlush": false,
    ],
    "axisX": ["grid": false],
    "axisY": ["domain": false, "ticks": false, "tickCount": 5, "minExtent": 40, "maxExtent": 60],
    "text": ["fill": ink, "fontSize": 11],
    "legend": ["labelColor": muted, "labelFontSize": 11, "symbolStrokeWidth": 3],
    "line": ["strokeWidth": 1.6, "strokeJoin": "round"],
  ]
}
