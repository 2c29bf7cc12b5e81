import Libc

/// A folder that this process alone may write into, in the state that no killed process left behind.
final class FolderClaim {
  static let stagingPrefix = ".partial-"

  let path: String
  let folder: FolderHandle
  let lock: FolderLock
  /// Folders that had to be made, the outermost first.
  private let made: [MadeFolder]

  struct MadeFolder {
    let path: String
    let identity: FileIdentity?
  }

  /// What happens where another process has the folder.
  enum Patience {
    case none
    /// Asks again until the closure says no.
    case whileTrue(() -> Bool)
  }

  /// - Parameters:
  ///   - makesFolders: Makes the folder and those above it, where they are missing.
  ///   - names: All files that the folder is for, the marker included.
  /// - Throws: `FileError`, `unwritable`; of what had to be made nothing is left.
  init(path: String, makesFolders: Bool, names: [String], marker: String, patience: Patience)
    throws(FileError)
  {
    self.path = path
    var made: [MadeFolder] = []
    do throws(FileError) {
      (folder, lock) = try Self.claim(path, makesFolders, &made, patience)
    } catch {
      Self.removeFolders(made)
      throw error
    }
    self.made = made
    do throws(PendingCommit.StepProblem) {
      try PendingCommit.finish(in: folder, names: names, marker: marker)
    } catch {
      lock.release()
      throw FileError(
        .unwritable, path, "an earlier run's files cannot be put in their places: \(error.sentence)")
    }
    removeAbandonedStaging(names)
  }

  private static func claim(
    _ path: String, _ makesFolders: Bool, _ made: inout [MadeFolder], _ patience: Patience
  ) throws(FileError) -> (FolderHandle, FolderLock) {
    // Somebody who ends without results removes the folders that they made; then they are made again.
    for _ in 0..<1000 {
      if makesFolders { try makeFolders(path, &made) }
      guard let folder = FolderHandle(path: path) else {
        if errno == ENOENT, makesFolders { continue }
        throw FileError(.unwritable, path, FileBytes.systemReason())
      }
      waiting: while true {
        switch FolderLock.attempt(in: folder) {
        case .held(let lock):
          if folder.isAt(path) { return (folder, lock) }
          lock.release()
          break waiting
        case .gone: break waiting
        case .failed(let reason): throw FileError(.unwritable, path, reason)
        case .busy:
          guard case .whileTrue(let goesOn) = patience, goesOn() else {
            throw FileError(
              .busy, path, "another run is writing there; wait for its end or give another folder")
          }
          usleep(10_000)
        }
      }
    }
    throw FileError(.unwritable, path, "is removed again and again")
  }

  /// Gives it back, with the folders that were made for it where nothing came into them.
  func giveUp() {
    lock.release()
    Self.removeFolders(made)
  }

  // MARK: - Folders

  private static func makeFolders(_ path: String, _ made: inout [MadeFolder]) throws(FileError) {
    var folder = path.hasPrefix("/") ? "/" : ""
    for component in path.split(separator: "/") {
      folder += folder.isEmpty || folder == "/" ? String(component) : "/" + component
      if mkdir(folder, 0o777) == 0 {
        made.append(MadeFolder(path: folder, identity: FileIdentity(path: folder)))
        continue
      }
      let reason = errno
      var status = stat()
      guard stat(folder, &status) == 0 else {
        // Removed between the two calls: the next attempt makes it.
        if reason == EEXIST, errno == ENOENT, FolderHandle.isMissing(folder) { return }
        throw FileError(.unwritable, path, String(cString: strerror(reason)))
      }
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw FileError(.unwritable, path, "\(folder) is not a folder")
      }
    }
  }

  /// Removes the folders that are still the ones that were made, and empty.
  private static func removeFolders(_ made: [MadeFolder]) {
    for folder in made.reversed() where folder.identity == FileIdentity(path: folder.path) {
      rmdir(folder.path)
    }
  }

  // MARK: - What killed processes left

  /// The lock is ours, so nobody who lives stages anything here. Files that are none of ours, and links, stay.
  private func removeAbandonedStaging(_ names: [String]) {
    for name in folder.names
    where name.hasPrefix(Self.stagingPrefix) && ![FolderLock.name, PendingCommit.name].contains(name) {
      guard let staging = folder.folder(name) else { continue }
      for file in names + [CommitJournal.name] { _ = staging.remove(file) }
      folder.removeFolder(name)
    }
  }
}

extension FolderHandle {
  fileprivate static func isMissing(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) != 0 && errno == ENOENT
  }
}
