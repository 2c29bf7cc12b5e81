import RunConfigurations

/// What was run, on what, and with which settings.
enum RunTables {
  static func section(_ records: [RunRecord]) -> HTMLText {
    let configs = records.map { record -> HTMLText in
      let title: HTMLText = records.count > 1 ? "config.yaml of \(record.name)" : "config.yaml"
      return "<details><summary>\(title)</summary><pre>\(record.config)</pre></details>"
    }
    return """
      <h2>The \(records.count == 1 ? "run" : "runs")</h2>
      <div class="scroll"><table>\(header(records))<tbody>
      \(facts(records).joined("\n"))
      </tbody></table></div>
      \(differences(records))
      \(configs.joined("\n"))
      """
  }

  /// The runs' names above their columns; nothing for a single one.
  static func header(_ records: [RunRecord]) -> HTMLText {
    guard records.count > 1 else { return "" }
    let cells = records.map { "<th scope=\"col\">\($0.name)</th>" as HTMLText }
    return "<thead><tr><th></th>\(cells.joined())</tr></thead>"
  }

  /// The target as the config has it.
  static func target(_ record: RunRecord) -> String {
    record.settings["target"].map { flow($0) } ?? "–"
  }

  private static func facts(_ records: [RunRecord]) -> [HTMLText] {
    let rows: [(String, (RunRecord) -> String)] = [
      ("target", target),
      ("particles", { FigureText.whole($0.particles) }),
      ("islands", { "\($0.figures.islands)" }),
      ("steps", { FigureText.whole($0.figures.steps) }),
      (
        "noise levels",
        {
          "\(FigureText.digits($0.trace[0].noiseLevel)) to \(FigureText.digits($0.trace[$0.trace.count - 1].noiseLevel))"
        }
      ),
      ("dimensions", { "d = \($0.figures.dimensions), intrinsic D = \($0.figures.intrinsicDimensions)" }),
      ("log Z at the start", { $0.figures.logNormalizerInitial.map { FigureText.fixed($0, 3) } ?? "–" }),
      ("log Z of islands", islandNormalizers),
      ("step-size error of log Z", stepSizeError),
      (
        "model evaluations",
        { $0.figures.modelEvaluations.map { "\($0.name) \(rowsText($0.text))" }.joined(separator: ", ") }
      ),
      ("seed", { $0.figures.seed }),
      (
        "clipped",
        { _ in "nothing: no score, weight or sample is ever clipped; one that is not finite ends a run" }
      ),
      ("kernels", { $0.figures.kernelLevel }),
      (
        "versions",
        {
          $0.figures.versions.filter { $0.text != "–" }.map { "\($0.name) \($0.text)" }.joined(
            separator: ", ")
        }
      ),
    ]
    return rows.compactMap { name, text -> HTMLText? in
      let cells = records.map { text($0) }
      if cells.allSatisfy({ $0.isEmpty }) { return nil }
      return row(name, cells)
    }
  }

  /// A row of texts, one for each run.
  static func row(_ name: String, _ cells: [String]) -> HTMLText {
    "<tr><th scope=\"row\">\(name)</th>\(cells.map { "<td>\($0)</td>" as HTMLText }.joined())</tr>"
  }

  private static func stepSizeError(_ record: RunRecord) -> String {
    guard let error = record.figures.stepSizeError else {
      return "not measured; step_size_error: doubling measures it"
    }
    let deviation = record.figures.stepSizeErrorDeviation.map { " ± \(FigureText.digits($0, 2))" } ?? ""
    let beside = record.figures.standardError.map { "; Monte Carlo error \(FigureText.digits($0, 2))" } ?? ""
    return FigureText.digits(error, 2) + deviation + beside
  }

  private static func rowsText(_ text: String) -> String {
    (Int(text).map { FigureText.whole($0) } ?? text) + " rows"
  }

  private static func islandNormalizers(_ record: RunRecord) -> String {
    let values = record.figures.islandLogNormalizers
    guard values.count > 1 else { return "" }
    return
      "\(FigureText.fixed(values.min()!, 3)) to \(FigureText.fixed(values.max()!, 3)) over \(values.count)"
  }

  // MARK: - Settings

  /// The settings that are not the same in all runs.
  private static func differences(_ records: [RunRecord]) -> HTMLText {
    guard records.count > 1 else { return "" }
    let settings = records.map { leaves($0.settings) }
    var paths: [String] = []
    for run in settings {
      for leaf in run where !paths.contains(leaf.path) { paths.append(leaf.path) }
    }
    let rows = paths.compactMap { path -> HTMLText? in
      let texts = settings.map { run in run.first { $0.path == path }?.text ?? "–" }
      if texts.allSatisfy({ $0 == texts[0] }) { return nil }
      let cells = texts.map { "<td><code>\($0)</code></td>" as HTMLText }
      return "<tr><th scope=\"row\"><code>\(path)</code></th>\(cells.joined())</tr>"
    }
    guard !rows.isEmpty else { return "<p>Their settings are the same.</p>" }
    return """
      <h2>Settings that differ</h2>
      <div class="scroll"><table>\(header(records))<tbody>
      \(rows.joined("\n"))
      </tbody></table></div>
      """
  }

  private static func leaves(_ node: ConfigurationNode, _ path: String = "") -> [(path: String, text: String)]
  {
    guard let entries = node.entries, !entries.isEmpty else { return [(path, flow(node))] }
    return entries.flatMap { leaves($0.value, path.isEmpty ? $0.key : "\(path).\($0.key)") }
  }

  /// A setting on one line, long ones cut.
  private static func flow(_ node: ConfigurationNode) -> String {
    let text = fullFlow(node)
    return text.count > 160 ? text.prefix(159) + "…" : text
  }

  private static func fullFlow(_ node: ConfigurationNode) -> String {
    switch node.value {
    case .scalar(let text, _): text
    case .list(let items): "[\(items.map(fullFlow).joined(separator: ", "))]"
    case .mapping(let entries):
      entries.map { entry in
        let value = fullFlow(entry.value)
        return "\(entry.key): \(entry.value.entries == nil ? value : "{\(value)}")"
      }.joined(separator: ", ")
    }
  }
}
