import Libc

/// The weighted means of the coordinates with their errors.
enum MeansTable {
  /// The most coordinates that are all shown; of more, those of the figures are.
  private static let largestCount = 8

  /// Nothing for atoms, whose mean is the origin, and where no run says its means.
  static func section(_ records: [RunRecord]) -> HTMLText {
    guard records.allSatisfy({ $0.dimensions == records[0].dimensions }), records[0].figures.atoms == nil,
      records.contains(where: { $0.figures.mean.count == $0.dimensions })
    else { return "" }
    let dimensions = records[0].dimensions
    let shown = dimensions <= largestCount ? Array(0..<dimensions) : SampleRanges.coordinates(records)
    let rows = shown.map { coordinate -> HTMLText in
      let cells = records.map { record -> HTMLText in
        "<td>\(mean(record.figures, coordinate))</td><td>\(deviation(record.figures, coordinate))</td>"
      }
      return "<tr><th scope=\"row\">\(FigureText.coordinate(coordinate))</th>\(cells.joined())</tr>"
    }
    let names = records.map { "<th scope=\"colgroup\" colspan=\"2\">\($0.name)</th>" as HTMLText }
    let over: HTMLText = records.count > 1 ? "<tr><td></td>\(names.joined())</tr>" : ""
    let columns = records.map { _ in
      "<th scope=\"col\">mean</th><th scope=\"col\">standard deviation</th>" as HTMLText
    }
    return """
      <h3 class="apart">Means of the coordinates</h3>
      <div class="scroll"><table><thead>\(over)<tr><td></td>\(columns.joined())</tr></thead><tbody>
      \(rows.joined("\n"))
      </tbody></table></div>
      <p class="caption">\(sentence(records))</p>
      """
  }

  private static func sentence(_ records: [RunRecord]) -> String {
    records.contains { !$0.figures.meanErrors.isEmpty }
      ? "± one standard error of the weighted mean, which counts what resampling does, and neither steps nor a network's own error."
      : "The means have no standard errors, as log Z has none."
  }

  private static func mean(_ figures: RunFigures, _ coordinate: Int) -> String {
    guard coordinate < figures.mean.count, figures.mean[coordinate].isFinite else { return "–" }
    let error = coordinate < figures.meanErrors.count ? figures.meanErrors[coordinate] : nil
    return FigureText.value(figures.mean[coordinate], error: error)
  }

  private static func deviation(_ figures: RunFigures, _ coordinate: Int) -> String {
    guard coordinate < figures.variance.count, figures.variance[coordinate] >= 0 else { return "–" }
    return FigureText.digits(figures.variance[coordinate].squareRoot(), 3)
  }
}
