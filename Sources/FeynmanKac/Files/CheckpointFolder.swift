#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a run keeps its last two checkpoints, each written aside, flushed and then renamed: one of them is whole at any instant. Files
/// that grow while it samples are beside them.
///
/// One process at a time writes there; whoever makes this sees to that. A link in place of the folder is not followed.
package final class CheckpointFolder {
  /// The checkpoints of numbers 0, 2, 4, … and 1, 3, 5, …
  static let stateNames = ["state-0", "state-1"]
  /// The one that is being written.
  private static let nextName = "state-next"

  package let path: String
  let folder: FolderHandle

  /// Opens the folder; nil where there is none.
  package init?(at path: String) {
    guard let folder = FolderHandle(ownPath: path) else { return nil }
    self.path = path
    self.folder = folder
  }

  /// Makes the folder where there is none.
  ///
  /// - Throws: `FileError`, unwritable.
  package init(making path: String) throws(FileError) {
    self.path = path
    let made = mkdir(path, 0o777) == 0 || errno == EEXIST
    guard made, let folder = FolderHandle(ownPath: path) else {
      throw FileError(.unwritable, path, FileBytes.systemReason())
    }
    self.folder = folder
  }

  /// Whether there is a checkpoint, whole or not.
  package var hasStates: Bool { Self.stateNames.contains { folder.kind(of: $0) != nil } }

  /// Writes the checkpoint of a number, counted from 0, in place of the last but one.
  ///
  /// - Throws: `FileError`, unwritable; the others are as they were.
  func write(_ number: Int, _ body: (StateExchange) throws -> Void) throws {
    let shown = "\(path)/\(Self.stateNames[number % 2])"
    let descriptor = folder.remove(Self.nextName) ? folder.create(Self.nextName) : -1
    guard descriptor >= 0 else { throw FileError(.unwritable, shown, FileBytes.systemReason()) }
    do {
      let writer = StateFileWriter(descriptor, shownAs: shown)
      try body(StateExchange(to: writer))
      try writer.finish()
    } catch {
      close(descriptor)
      _ = folder.remove(Self.nextName)
      throw error
    }
    let problem = FileBytes.flush(descriptor)
    guard problem == nil,
      renameat(folder.descriptor, Self.nextName, folder.descriptor, Self.stateNames[number % 2]) == 0
    else {
      let reason = problem ?? FileBytes.systemReason()
      _ = folder.remove(Self.nextName)
      throw FileError(.unwritable, shown, reason)
    }
    folder.flush()
  }

  /// Whether a file is beside the checkpoints.
  package func holds(_ name: String) -> Bool { folder.kind(of: name) == .file }

  /// Removes the checkpoints of an earlier run.
  package func removeStates() {
    for name in Self.stateNames { _ = folder.remove(name) }
  }

  /// Removes what a run left that was killed right after its end, unless somebody is writing there now.
  ///
  /// - Parameters:
  ///   - name: The folder's name in that of the run.
  ///   - others: Names of files that grew there.
  package static func tidy(_ name: String, in run: String, _ others: [String]) {
    guard let own = CheckpointFolder(at: "\(run)/\(name)"), let folder = FolderHandle(path: run),
      case .held(let lock) = FolderLock.attempt(in: folder)
    else { return }
    own.remove(others)
    lock.release()
  }

  /// Removes the checkpoints and files beside them, and the folder where nothing else is in it.
  ///
  /// - Parameter others: Names of files that grew there.
  package func remove(_ others: [String]) {
    for name in Self.stateNames + [Self.nextName] + others { _ = folder.remove(name) }
    for name in others { _ = folder.remove(name + FolderHandle.copySuffix) }
    rmdir(path)
  }
}
