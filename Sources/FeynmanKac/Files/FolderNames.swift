/// What lies in folders of others.
package enum FolderNames {
  /// The names in a folder, in order; none where there is no such folder.
  package static func of(_ path: String) -> [String] { FolderHandle(path: path)?.names ?? [] }
}
