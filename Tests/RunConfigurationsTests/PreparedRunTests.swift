import FeynmanKac
import Foundation
import RunConfigurations
import Synchronization
import Testing

/// A config that is run in this process, without a program around it.
@Suite struct PreparedRunTests {
  private static let config = """
    seed: 3
    particles: 64
    process: {kind: variance-exploding, sigma_min: 0.01, sigma_max: 20}
    models: {a: {kind: gaussian, mean: [0.5], standard_deviation: 1.5}}
    target: {annealed: {model: a, inverse_temperature: 2}}
    sampler: {steps: 20}
    output: {directory: out}

    """

  /// What a host saw.
  private final class Seen: Sendable {
    let lines = Mutex<[String]>([])
    let pages = Mutex<[String]>([])

    func host(writesReports: Bool) -> RunHost {
      let page: RunHost.Page = { folder, files in
        self.pages.withLock { $0.append(folder) }
        return Array("\(files.samples.shape)".utf8)
      }
      return RunHost(
        report: { lines in self.lines.withLock { $0 += lines } }, isInterrupted: { false },
        page: writesReports ? page : nil)
    }
  }

  private final class Watcher: RunObserver {
    var steps = 0

    func didFinish(_ step: StepReport, snapshot: () -> ParticleSnapshot) -> Bool {
      steps = step.step
      return true
    }
  }

  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(Self.config.utf8).write(to: folder.appendingPathComponent("c.yaml"))
    try body(folder)
  }

  @Test("a run writes its files, and the page that its host makes of them", arguments: [true, false])
  func sampled(writesReports: Bool) throws {
    try inFolder { folder in
      let configuration = try RunConfiguration(
        file: folder.appendingPathComponent("c.yaml").path, overrides: [], programs: .withheld)
      let run = try PreparedRun(configuration, threads: 1)
      let path = try configuration.resultsFolder()
      #expect(path == folder.appendingPathComponent("out").path)
      let results = try ResultFolder(path: path, overwrite: false, sizes: run.resultSizes)
      defer { results.discard() }
      let seen = Seen()
      let watcher = Watcher()
      _ = try run.sample(into: results, for: seen.host(writesReports: writesReports), observer: watcher)

      #expect(watcher.steps == 20)
      let samples = try NPYArray<Float>(file: path + "/samples.npy")
      #expect(samples.shape == [64, 1])
      let summary = try SummaryReader(
        try ResultFolder.text(path + "/" + ResultFolder.summaryName), path: "summary")
      #expect(try summary.count("particles") == 64)
      #expect(seen.pages.withLock { $0 } == (writesReports ? [path] : []))
      let report = try? String(contentsOfFile: path + "/" + ResultFolder.reportName, encoding: .utf8)
      #expect(report == (writesReports ? "[64, 1]" : nil))
    }
  }

  @Test("a page that cannot be made leaves the results whole, and the host is told")
  func faultyPage() throws {
    try inFolder { folder in
      let configuration = try RunConfiguration(
        file: folder.appendingPathComponent("c.yaml").path, overrides: [], programs: .withheld)
      let path = try configuration.resultsFolder()
      let results = try ResultFolder(path: path, overwrite: false, sizes: [])
      let lines = Mutex<[String]>([])
      let host = RunHost(
        report: { more in lines.withLock { $0 += more } }, isInterrupted: { false },
        page: { _, _ in throw FileError(.malformed, "page", "is torn") })
      _ = try PreparedRun(configuration, threads: 1).sample(into: results, for: host, observer: Watcher())
      #expect(
        lines.withLock { Array($0.suffix(2)) }
          == ["fkc: \(path): the results are whole, and no report was written", "fkc: page: is torn"])
      #expect(try ResultFolder.whole(path).path == path)
    }
  }

  @Test("a config without a folder says so at its line, unless it is not asked")
  func withoutFolder() throws {
    try inFolder { folder in
      let file = folder.appendingPathComponent("d.yaml")
      try Data(Self.config.replacingOccurrences(of: "output: {directory: out}\n", with: "").utf8).write(
        to: file)
      let configuration = try RunConfiguration(file: file.path, overrides: [], programs: .withheld)
      let failure = #expect(throws: (any Error).self) { try configuration.resultsFolder() }
      #expect(
        CommandFailure(try #require(failure))?.lines == [
          "\(file.path):1: output.directory: missing or no path; give the path of a folder, here or by --output"
        ])
    }
  }
}
