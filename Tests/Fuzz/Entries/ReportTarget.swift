import FeynmanKac
import RunConfigurations
import RunReport

extension FuzzTarget {
  /// A folder of results, as a report and a merge of runs read it: `summary.json`, `trace.csv`, `config.yaml` and `metrics.json`, with a
  /// zero byte between them. Its arrays are always the same: four particles in two dimensions, and two slices of a genealogy.
  static let report = FuzzTarget("report") { bytes in
    let texts = bytes.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false)
    for (name, text) in zip(["summary.json", "trace.csv", "config.yaml"], texts) { folder.write(name, text) }
    guard texts.count >= 3 else { return }
    if texts.count == 4 { folder.write("metrics.json", texts[3]) } else { folder.remove("metrics.json") }
    _ = try? SeedRuns([folder.path])
    let record = try RunRecord(folder: folder.path)
    let page = Report([record]).page.bytes
    precondition(String(validating: page, as: UTF8.self) != nil, "the page is not UTF-8")
  }

  private static let folder = {
    let folder = FuzzFolder("report")
    func write<Element: NPYElement>(_ name: String, _ shape: [Int], _ values: [Element]) {
      folder.write(name, NPYArray(shape: shape, values: values).fileBytes)
    }
    write("samples.npy", [4, 2], [0.5, -1, 2, 0.25, -0.5, 1, 1.5, 0] as [Float])
    write("log_weights.npy", [4], [-0.5, -2, -3, -1.5] as [Double])
    write("ancestors.npy", [4], [0, 1, 1, 3] as [Int64])
    write("genealogy.npy", [2, 4], [0, 1, 1, 3, 0, 1, 2, 3] as [Int32])
    return folder
  }()
}
