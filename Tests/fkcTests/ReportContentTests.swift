import Foundation
import Testing

/// What a reader looks for first. Seen to catch: a band of one standard error; differences with the error of one run alone; a mean beside
/// the error of another; ranges of pairs that were not widened; a share that stayed a fraction; parallel lines for a genealogy; remarks
/// that looked like warnings; a caption of pictures that outlived them.
@Suite("what a report says")
struct ReportContentTests {
  @Test("the end of log Z is drawn on a scale on which its error is seen")
  func logNormalizerEnd() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    _ = try ReportFolder(program, particles: 400)
    #expect(try program.run("report", "out").status == 0)
    let summary = try program.json("out/summary.json")
    let value = summary["log_normalizer"] as! Double
    let error = summary["log_normalizer_standard_error"] as! Double
    let layers = try program.layers(of: "log-normalizer-end", in: "out/report.html")
    for end in layers[0] {
      #expect(abs(end["y"] as! Double - (value - 2 * error)) < 1e-4 * error + 1e-5)
      #expect(abs(end["a"] as! Double - (value + 2 * error)) < 1e-4 * error + 1e-5)
    }
    let line = layers[1].map { $0["y"] as! Double }
    #expect(line.count >= 8 && abs(line.last! - value) < 1e-4)
    // The band is a tenth of the height at least, or the steps are too few to leave one out.
    #expect(line.count == 8 || line.allSatisfy { abs($0 - value) <= 15 * error + 1e-4 })
    #expect(try program.layers(of: "log-normalizer", in: "out/report.html")[1].count == 101)
  }

  @Test("a standard error says in words where it comes from, and means have theirs")
  func errors() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let folder = try ReportFolder(program, particles: 400)
    try folder.set("mean", "[0.51234, 1.5]")
    try folder.set("mean_standard_error", "[0.0234, 0.5]")
    try folder.set("variance", "[1.44, 0.25]")
    #expect(try program.run("report", "out").status == 0)
    let page = try program.text("out/report.html")
    #expect(
      page.contains(
        "± one standard error, estimated from how much of the weight descends from each particle of the start (Lee and Whiteley 2018)"
      ))
    #expect(page.contains("<th scope=\"row\">x₀</th><td>0.512 ± 0.023</td><td>1.2</td>"))
    #expect(page.contains("<th scope=\"row\">x₁</th><td>1.50 ± 0.50</td><td>0.5</td>"))
    try folder.set("standard_error_estimator", "\"island-spread\"")
    try folder.set("standard_error_degrees_of_freedom", "7")
    #expect(try program.run("report", "out").status == 0)
    #expect(
      try program.text("out/report.html").contains(
        "± one standard error, estimated from the spread of 1 independent islands, 7 degrees of freedom"))
  }

  @Test("runs side by side have log Z less that of the first, with the errors of both, and names that differ")
  func differences() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", ReportFolder.config(particles: 300))
    for seed in ["1", "2"] {
      #expect(try program.run("run", "c.yaml", "--output", "x\(seed)/run", "--seed", seed).status == 0)
    }
    #expect(try program.run("report", "x1/run", "x2/run").status == 0)
    let page = try program.text("comparison.html")
    #expect(page.contains("<h1>x1, x2</h1>"))
    let (a, b) = (try program.json("x1/run/summary.json"), try program.json("x2/run/summary.json"))
    let difference = (b["log_normalizer"] as! Double) - (a["log_normalizer"] as! Double)
    let error = hypot(
      a["log_normalizer_standard_error"] as! Double, b["log_normalizer_standard_error"] as! Double)
    let row = try #require(page.components(separatedBy: "<th scope=\"row\">Δ log Z, to the first</th>").last)
    let cell = row.components(separatedBy: "<td>")[2].components(separatedBy: "</td>")[0]
    let parts = cell.replacingOccurrences(of: "−", with: "-").components(separatedBy: " ± ")
    // To as many places as are shown.
    #expect(
      abs(Double(parts[0])! - difference) < 0.1 * error && abs(Double(parts[1])! - error) < 0.06 * error)
    let mark = try program.layers(of: "log-normalizer-difference", in: "comparison.html")[0][0]
    #expect(abs((mark["b"] as! Double) - (mark["a"] as! Double) - 4 * error) < 1e-3 * error)

    let compared = try program.run(
      "compare", "x2/run", "x1/run", "--transport-samples", "100", "--kernel-samples", "100")
    let json = try JSONSerialization.jsonObject(with: Data(compared.output.utf8)) as! [String: Any]
    let stated = json["log_normalizer_difference"] as! [String: Double]
    #expect(abs(stated["value"]! - difference) < 1e-12 && abs(stated["standard_error"]! - error) < 1e-12)
    let files = try program.run("compare", "x2/run/samples.npy", "x1/run", "--transport-samples", "100")
    #expect(files.output.contains("\"log_normalizer_difference\": null"))
  }

  @Test("a pair of coordinates has one scale on both axes, unless one of them would be a line")
  func scales() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", ReportFolder.config(particles: 300))
    for (name, deviation) in [("near", "[3, 1]"), ("far", "[9, 0.5]")] {
      let model = "models.c={kind: gaussian, mean: [0, 0], standard_deviation: \(deviation)}"
      #expect(
        try program.run(
          "run", "c.yaml", "--output", name, "--set", model, "--set",
          "target={annealed: {model: c, inverse_temperature: 1}}"
        ).status == 0)
      let spec = try program.figure("pair-0-1", in: "\(name)/report.html")
      #expect(spec["width"] as! Int == spec["height"] as! Int && spec["autosize"] as? String == "pad")
      let encoding = (spec["layer"] as! [[String: Any]])[0]["encoding"] as! [String: [String: Any]]
      let lengths = ["x", "y"].map { axis -> Double in
        let domain = (encoding[axis]!["scale"] as! [String: Any])["domain"] as! [Double]
        return domain[1] - domain[0]
      }
      let page = try program.text("\(name)/report.html")
      if name == "near" {
        #expect(abs(lengths[0] / lengths[1] - 1) < 1e-4)
        #expect(page.contains("Both axes of a pair have one scale."))
      } else {
        #expect(lengths[0] > 8 * lengths[1])
        #expect(page.contains("scales of their own, as the coordinates&#39; ranges differ more than 4-fold."))
      }
    }
  }

  @Test("a run that hardly resampled has a sentence in place of parallel lines")
  func genealogy() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    _ = try ReportFolder(program, particles: 400)
    #expect(try program.run("report", "out").status == 0)
    let page = try program.text("out/report.html")
    #expect(!page.contains("data-chart=\"genealogy\""))
    #expect(
      page.contains(
        "There is no genealogy to draw: 64 final particles, drawn by weight, have 64 different ancestors at the start, as nothing was "
          + "resampled on the way."))
  }

  @Test("what is no fault is no warning: a model that is a program, or that the target does not use")
  func remarks() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    let folder = try ReportFolder(program, particles: 100)
    try folder.set(
      "warnings",
      #"[{"code": "unreproducible", "sentence": "models.a: try `x`.", "doubtful": false}, {"code": "long-steps", "sentence": "Long.", "doubtful": false}]"#
    )
    #expect(try program.run("report", "out").status == 0)
    let page = try program.text("out/report.html")
    #expect(
      page.contains("<li data-rule=\"unreproducible\" class=\"remark\">models.a: try <code>x</code>.</li>"))
    #expect(page.contains("<li data-rule=\"long-steps\">Long.</li>"))
    #expect(page.contains("No rule found a reason for doubt. Worth knowing:"))
  }

  @Test("an experiment's pictures and figures stand first, in words, each run's beside the other's")
  func experiment() throws {
    let program = try CommandLineProgram()
    defer { program.remove() }
    try program.write("c.yaml", ReportFolder.config(particles: 100))
    for (run, share) in [("plain", "0.23"), ("corrected", "0.28333")] {
      _ = try program.run("run", "c.yaml", "--output", run)
      let pictures = program.folder.appendingPathComponent("\(run)/pictures")
      try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: true)
      try program.write("\(run)/pictures/m.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
      try program.write("\(run)/pictures/m.txt", "log P 3\n`CC(=O)N<`\n")
      try program.write("\(run)/pictures/caption.txt", "Drawn evenly.\n")
      try program.write("\(run)/metrics.json", "{\"both_satisfied\": \(share), \"mean_log_p\": 0.5}")
      try program.write(
        "\(run)/metrics_labels.json", "{\"both_satisfied\": \"both satisfied at once, in %\"}")
    }
    #expect(try program.run("report", "plain", "corrected").status == 0)
    let page = try program.text("comparison.html")
    #expect(
      page.contains(
        "<th scope=\"row\">both satisfied at once</th><td>23.0\u{A0}%</td><td>28.3\u{A0}%</td>"))
    #expect(page.contains("<th scope=\"row\">mean log p</th><td>0.5</td><td>0.5</td>"))
    #expect(page.contains("<figcaption>log P 3\n<code>CC(=O)N&lt;</code></figcaption>"))
    #expect(page.contains("<p class=\"caption\">Drawn evenly.</p>"))
    let order = ["<h3>plain</h3>", "<h3>corrected</h3>", "Figures of the experiment", "From noise to data"]
      .map {
        page.range(of: $0)!.lowerBound
      }
    #expect(order == order.sorted() && page.contains("class=\"beside\" style=\"--columns: 2\""))
    // They go with the samples that they are of.
    _ = try program.run("run", "c.yaml", "--output", "plain", "--overwrite", "--set", "seed=8")
    #expect(!program.entries().contains { $0.hasPrefix("plain/metrics") || $0.hasPrefix("plain/pictures/") })
  }
}

extension CommandLineProgram {
  /// The specification of a figure of a page.
  func figure(_ name: String, in page: String) throws -> [String: Any] {
    let text = try text(page).components(separatedBy: "id=\"figures\">")[1].components(
      separatedBy: "</script>")[0]
    let figures = try JSONSerialization.jsonObject(with: Data(text.utf8)) as! [String: Any]
    return try #require((figures["specs"] as! [String: Any])[name] as? [String: Any])
  }

  /// The data of a figure's layers, but for those of its upper axis.
  func layers(of name: String, in page: String) throws -> [[[String: Any]]] {
    (try figure(name, in: page)["layer"] as! [[String: Any]]).map {
      ($0["data"] as! [String: Any])["values"] as! [[String: Any]]
    }
  }
}
