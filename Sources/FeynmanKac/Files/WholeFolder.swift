import Libc

/// A folder that holds one finished set of files, as it was when it was looked at.
///
/// Readers look at it before they read, and `check` after: in between another process may have replaced the set.
package struct WholeFolder {
  /// Which file marked the set, and since when.
  struct Marker: Equatable {
    private let identity: FileIdentity
    private let seconds: Int
    private let nanoseconds: Int

    init?(_ folder: FolderHandle, _ name: String) {
      guard let status = folder.status(of: name) else { return nil }
      identity = FileIdentity(status)
      #if canImport(Glibc)
        (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
      #else
        (seconds, nanoseconds) = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
      #endif
    }
  }

  package let path: String
  private let names: [String]
  private let marker: String
  private let state: Marker

  init(path: String, names: [String], marker: String, state: Marker) {
    self.path = path
    self.names = names
    self.marker = marker
    self.state = state
  }

  /// - Parameters:
  ///   - names: All files that such a folder is for.
  ///   - marker: The file that tells that the others are whole.
  /// - Throws: `FileError`, `missing` where there is no marker; `malformed` where files are being put in place.
  package init(path: String, names: [String], marker: String) throws(FileError) {
    try Self.settle(path, names: names, marker: marker)
    guard let folder = FolderHandle(path: path), let state = Marker(folder, marker) else {
      throw FileError(.missing, "\(path)/\(marker)", Self.missing(in: path, names: names, marker: marker))
    }
    self.init(path: path, names: names, marker: marker, state: state)
  }

  /// Finishes what a killed process had begun to put in place, or waits for one that lives.
  ///
  /// - Throws: `FileError`, `malformed`.
  package static func settle(_ path: String, names: [String], marker: String) throws(FileError) {
    for _ in 0..<1000 {
      guard let folder = FolderHandle(path: path), PendingCommit.isIn(folder) else { return }
      let problem: String
      switch FolderLock.attempt(in: folder) {
      case .busy:
        usleep(5000)
        continue
      case .gone: return
      case .failed(let reason): problem = reason
      case .held(let lock):
        defer { lock.release() }
        do throws(PendingCommit.StepProblem) {
          return try PendingCommit.finish(in: folder, names: names, marker: marker)
        } catch { problem = error.sentence }
      }
      guard PendingCommit.isUnfinished(in: folder, names: names, marker: marker) else { return }
      throw FileError(
        .malformed, path,
        "holds files of two runs: one was killed while it put its files in place, and this cannot be finished (\(problem))"
      )
    }
    throw FileError(
      .malformed, path, "another run has been putting its files in place for seconds; try again")
  }

  /// Removes the lock of a process that was killed when its files were in place, and right before it would have.
  package static func removeAbandonedLock(in path: String) {
    guard let folder = FolderHandle(path: path), folder.kind(of: FolderLock.name) == .file,
      case .held(let lock) = FolderLock.attempt(in: folder)
    else { return }
    lock.release()
  }

  private static func missing(in path: String, names: [String], marker: String) -> String {
    guard let folder = FolderHandle(path: path),
      let other = names.first(where: { $0 != marker && folder.kind(of: $0) == .file })
    else { return "no such file" }
    return "no such file; without it \(other) and the files beside it are of no whole run"
  }

  /// - Throws: `FileError`, `malformed`, where the set was replaced since it was looked at.
  package func check() throws(FileError) {
    guard let folder = FolderHandle(path: path),
      !PendingCommit.isUnfinished(in: folder, names: names, marker: marker), Marker(folder, marker) == state
    else { throw FileError(.malformed, path, "was replaced by another run meanwhile; try again") }
  }

  /// Puts one more file beside the set, or in place of an older one.
  ///
  /// - Throws: `FileError`, `unwritable`; the set stays as it is.
  package func add(_ name: String, bytes: [UInt8]) throws(FileError) {
    try add(name) { descriptor, path throws(FileError) in
      try FileBytes.write(bytes, to: descriptor, shownAs: path)
    }
  }

  /// Puts one more file beside the set, likewise.
  ///
  /// - Parameter body: Is handed the descriptor of an empty file, and what errors call it.
  /// - Throws: `FileError`, `unwritable`; the set stays as it is.
  package func add(_ name: String, by body: (CInt, String) throws(FileError) -> Void) throws(FileError) {
    // Readers and other sweeps hold the lock for milliseconds, a run for as long as it takes.
    var patience = 500
    let claim = try FolderClaim(
      path: path, makesFolders: false, names: names, marker: marker,
      patience: .whileTrue {
        patience -= 1
        return patience > 0
      })
    defer { claim.lock.release() }
    do throws(FileError) { try check() } catch { throw FileError(.unwritable, path, error.problem) }
    guard claim.folder.kind(of: name) != .folder else {
      throw FileError(.unwritable, "\(path)/\(name)", "is a folder")
    }
    guard let (stagingName, staging) = claim.folder.makeFolder(prefix: FolderClaim.stagingPrefix) else {
      throw FileError(.unwritable, "\(path)/\(name)", FileBytes.systemReason())
    }
    defer {
      _ = staging.remove(name)
      claim.folder.removeFolder(stagingName)
    }
    let descriptor = staging.create(name)
    guard descriptor >= 0 else { throw FileError(.unwritable, "\(path)/\(name)", FileBytes.systemReason()) }
    do throws(FileError) { try body(descriptor, "\(path)/\(name)") } catch {
      close(descriptor)
      throw error
    }
    if let problem = FileBytes.flush(descriptor) {
      throw FileError(.unwritable, "\(path)/\(name)", problem)
    }
    guard renameat(staging.descriptor, name, claim.folder.descriptor, name) == 0 else {
      throw FileError(.unwritable, "\(path)/\(name)", FileBytes.systemReason())
    }
    claim.folder.flush()
  }
}
