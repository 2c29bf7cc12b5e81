import FeynmanKac

/// What a cell's folder holds, beside what the cell would be now.
enum StoredRun: Equatable {
  /// No run that is whole.
  case missing
  /// The very run that the cell asks for.
  case whole
  /// A whole run of something else; the text says in what it differs.
  case different(String)

  /// - Parameter settings: The resolved config of the cell.
  /// - Throws: `FileError` where the folder's files are there and cannot be read.
  init(in folder: String, expecting settings: Setting) throws {
    guard try Self.text(of: "\(folder)/\(ResultFolder.summaryName)") != nil else {
      self = .missing
      return
    }
    let expected = SettingText.yaml(settings)
    let stored = try Self.text(of: "\(folder)/\(ResultFolder.configName)")
    if stored == expected {
      self = .whole
    } else if let old = stored.flatMap(Self.settings), let new = Self.settings(expected) {
      // Another text may mean the same, such as one from before a setting with a default came to be.
      self = SettingDifference.first(from: old, to: new).map { .different($0) } ?? .whole
    } else {
      self = .different("its \(ResultFolder.configName) is missing or no config of this version")
    }
  }

  /// Nil where there is no such file.
  private static func text(of file: String) throws(FileError) -> String? {
    do throws(FileError) { return try TextFile.read(file, atMost: RunRecord.largestText) } catch {
      guard error.kind == .missing else { throw error }
      return nil
    }
  }

  private static func settings(_ text: String) -> Setting? {
    var validator = ConfigurationValidator()
    guard let tree = try? ConfigurationReader.read(text, file: ResultFolder.configName) else { return nil }
    let settings = validator.setting(tree, as: .record(ConfigurationSchema.root))
    return validator.faults.isEmpty ? settings : nil
  }
}
