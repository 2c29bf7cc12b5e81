import FeynmanKac

/// The files that a run reads, which its results must not replace.
package enum RunInputs {
  package static func paths(of configuration: RunConfiguration) -> [String] {
    [configuration.file]
      + files(in: configuration.settings).map {
        FilePaths.joined($0, to: FilePaths.folder(of: configuration.file))
      }
  }

  /// - Throws: `CommandFailure`, usage, where a file of the results would take the place of an input.
  package static func check(_ configuration: RunConfiguration, areNotIn folder: String) throws {
    let inputs = paths(of: configuration)
    for name in [ResultFolder.summaryName] + ResultFolder.names where name != ResultFolder.picturesName {
      guard let file = FileIdentity(path: "\(folder)/\(name)"),
        let input = inputs.first(where: { FileIdentity(path: $0) == file })
      else { continue }
      // The config of a whole run is one that fkc wrote, and a run of it writes it again.
      let isStored = name == ResultFolder.configName && input == configuration.file
      if isStored, FileIdentity(path: "\(folder)/\(ResultFolder.summaryName)") != nil { continue }
      throw CommandFailure(
        .usage, "\(input) is read by this run, whose results would replace it; give another --output")
    }
  }

  /// Every `file` of a model or a reward.
  private static func files(in setting: Setting) -> [String] {
    if let items = setting.items { return items.flatMap(files) }
    return (setting.entries ?? []).flatMap { entry in
      entry.key == ModelFiles.fileName ? entry.value.text.map { [$0] } ?? [] : files(in: entry.value)
    }
  }
}
