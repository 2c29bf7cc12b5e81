import FeynmanKac

/// What there is to warn of, and what a reader should know besides.
enum WarningList {
  static func section(_ records: [RunRecord]) -> HTMLText {
    let items = records.flatMap { record in
      record.figures.warnings.map { item($0, of: records.count > 1 ? record.name : nil) }
    }
    if items.isEmpty { return "<p class=\"good\">No warnings: no rule found a reason for doubt.</p>" }
    return "\(verdict(records))\n<ul class=\"warnings\">\n\(items.joined("\n"))\n</ul>"
  }

  private static func verdict(_ records: [RunRecord]) -> HTMLText {
    let doubtful = records.filter { $0.figures.trust == .doubtful }
    if doubtful.isEmpty { return "<p class=\"good\">No rule found a reason for doubt. Worth knowing:</p>" }
    let names = doubtful.map { HTMLText($0.name) }.joined(", ")
    return
      "<p class=\"doubtful\"><b>Doubtful.</b> The figures of \(names) may be off by more than their errors.</p>"
  }

  private static func item(_ warning: RunWarning, of run: String?) -> HTMLText {
    let kind: HTMLText =
      warning.isDoubt ? " class=\"doubt\"" : isRemark(warning.code) ? " class=\"remark\"" : ""
    let label: HTMLText = run.map { "<b>\($0)</b> " } ?? ""
    return
      "<li data-rule=\"\(warning.code.rawValue)\"\(kind)>\(label)\(HTMLText(prose: warning.sentence))</li>"
  }

  /// True where nothing is wrong with a run: it has a model whose answers are its own affair, or one that is not asked.
  private static func isRemark(_ code: RunWarning.Code) -> Bool {
    [.unreproducible, .unusedModel].contains(code)
  }
}
