import FeynmanKac
import Libc

/// What a cell's folder holds, beside what the cell would be now.
package enum StoredRun: Equatable {
  /// No run at all.
  case missing
  /// Files of the run that the cell asks for, which is not whole.
  case unfinished
  /// The very run that the cell asks for.
  case whole
  /// Something else; the text says what, and follows the folder's name.
  case different(String)

  /// - Parameters:
  ///   - settings: The resolved config of the cell.
  ///   - part: The islands that are asked for; nil for all.
  /// - Throws: `FileError` where the folder's files are there and cannot be read.
  init(in folder: String, expecting settings: Setting, part: Range<Int>? = nil) throws {
    self = try Self(lookingInto: folder, settings, part)
    // Another sweep may have been putting its files in place just then.
    if self != .missing, self != .whole { self = try Self(lookingInto: folder, settings, part) }
    if self == .whole { WholeFolder.removeAbandonedLock(in: folder) }
  }

  private init(lookingInto folder: String, _ settings: Setting, _ part: Range<Int>?) throws {
    try WholeFolder.settle(folder, names: ResultFolder.names, marker: ResultFolder.summaryName)
    let summary = try Self.text(of: "\(folder)/\(ResultFolder.summaryName)")
    let isWhole = summary != nil
    let found = isWhole ? nil : ResultFolder.names.first { Self.isThere("\(folder)/\($0)") }
    guard isWhole || found != nil else {
      self = .missing
      return
    }
    if let summary, let other = try Self.islands(of: summary, in: folder), other != (part ?? 0..<0) {
      self = .different(
        other.isEmpty ? "holds the run of all islands" : "holds \(IslandRange.named(other)) of a run alone")
      return
    }
    let expected = SettingText.yaml(settings)
    let stored = try Self.text(of: "\(folder)/\(ResultFolder.configName)")
    if stored == expected {
      self = isWhole ? .whole : .unfinished
    } else if let found {
      self = .different("holds \(found), and no run that is whole")
    } else if let old = stored.flatMap(ConfigurationSchema.settings),
      let new = ConfigurationSchema.settings(expected)
    {
      // Another text may mean the same, such as one from before a setting with a default came to be.
      self =
        SettingDifference.first(from: old, to: new).map { .different("holds a run of another config: \($0)") }
        ?? .whole
    } else {
      self = .different(
        "holds a run of another config: its \(ResultFolder.configName) is missing or no config of this version"
      )
    }
  }

  /// The islands that a summary is of: none for all, and nil where it does not say.
  private static func islands(of summary: String, in folder: String) throws -> Range<Int>? {
    let reader = try SummaryReader(summary, path: "\(folder)/\(ResultFolder.summaryName)")
    guard let range = reader.optionalValue(RunSummary.islandRange) else { return 0..<0 }
    guard case .list(let ends) = range else { return 0..<0 }
    guard ends.count == 3, let first = ends[0].count, let last = ends[1].count, first <= last else {
      return nil
    }
    return first..<last + 1
  }

  /// The text of a file; nil where there is no such file.
  private static func text(of file: String) throws(FileError) -> String? {
    do throws(FileError) { return try TextFile.read(file, atMost: ResultFolder.largestText) } catch {
      guard error.kind == .missing else { throw error }
      return nil
    }
  }

  /// Links that lead nowhere are there too.
  private static func isThere(_ file: String) -> Bool {
    var status = stat()
    return lstat(file, &status) == 0
  }
}
