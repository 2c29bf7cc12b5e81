import Libc

/// A folder whose files appear all together, when they are whole, and that one process at a time writes into.
///
/// Files are written into a hidden folder inside. `commit` flushes them to the disk, makes them the folder's next set in
/// one step, and then puts them in place: the old marker goes first and the new one comes last. A process that is killed
/// leaves the old set or, for whoever opens the folder next to put in place, the new one. A folder with its marker holds
/// exactly one finished set of files, at any instant. Whatever was not committed is removed by `discard`, with the
/// folders that were made for it. Of other files nothing is ever removed, and links are never followed.
public final class OutputFolder {
  /// The path as it was given.
  public let path: String
  private let marker: String
  private let taken: [String]
  private let overwrite: Bool
  private let claim: FolderClaim
  let stagingName: String
  private let staging: FolderHandle
  private var names: [String] = []
  /// Files that were begun, finished or not.
  private var begun: [String] = []
  /// Files that are written and not flushed.
  private var unflushed: [(name: String, descriptor: CInt)] = []
  private var omitted: [String] = []
  var isOpen = true
  /// After `commit`.
  package private(set) var committed: WholeFolder?
  /// A door for tests: false ends a commit before a step as if the process were killed there.
  package var goesOn: (String) -> Bool = { _ in true }
  /// Called once the files are in their places, while the folder is still ours.
  package var whenCommitted: () -> Void = {}

  /// Makes the folder, so that what cannot be written is known before anything is computed.
  ///
  /// - Parameters:
  ///   - path: The folder, absolute or from the current one; folders above it are made too.
  ///   - names: The files and folders that this folder is for. Where one of them exists the folder is taken.
  ///   - marker: The file that tells that the others are whole.
  ///   - overwrite: Take it nevertheless; its files stay until `commit`.
  ///   - sizes: The files' sizes in bytes, as far as they are known: where the disk has no room for them nothing begins.
  ///   - waiting: Asked again and again while another process writes there; false gives up. By default it is not waited for.
  /// - Throws: `FileError`, `unwritable`.
  public init(
    path: String, names: [String], marker: String, overwrite: Bool, sizes: [Int] = [],
    waiting: (() -> Bool)? = nil
  ) throws(FileError) {
    self.path = path
    self.marker = marker
    self.overwrite = overwrite
    taken = [marker] + names
    if !overwrite, let folder = FolderHandle(path: path), !PendingCommit.isIn(folder) {
      try Self.checkIsFree(folder, path, taken, marker)
    }
    claim = try FolderClaim(
      path: path, makesFolders: true, names: taken, marker: marker,
      patience: waiting.map { .whileTrue($0) } ?? .none)
    do throws(FileError) {
      // Somebody may have come between.
      if !overwrite { try Self.checkIsFree(claim.folder, path, taken, marker) }
      try DiskSpace.check(sizes, in: claim.folder, shownAs: path)
      guard let made = claim.folder.makeFolder(prefix: FolderClaim.stagingPrefix) else {
        throw FileError(.unwritable, path, FileBytes.systemReason())
      }
      (stagingName, staging) = made
    } catch {
      claim.giveUp()
      throw error
    }
  }

  deinit { discard() }

  private static func checkIsFree(
    _ folder: FolderHandle, _ path: String, _ names: [String], _ marker: String
  ) throws(FileError) {
    guard let found = names.first(where: { folder.kind(of: $0) != nil }) else { return }
    throw FileError(
      .unwritable, path,
      found == marker
        ? "already holds a run (\(found)); give --overwrite or another folder"
        : "already holds \(found), which a run would replace; give --overwrite or another folder")
  }

  // MARK: - Writing

  /// Writes one file beside the others that wait for `commit`.
  ///
  /// - Throws: `FileError`, `unwritable`.
  public func write(_ name: String, _ parts: [UnsafeRawBufferPointer]) throws(FileError) {
    let descriptor = try begin(name)
    for part in parts {
      guard let failure = FileBytes.write(part, to: descriptor) else { continue }
      close(descriptor)
      throw FileError(.unwritable, "\(path)/\(name)", failure)
    }
    unflushed.append((name, descriptor))
    add(name)
  }

  /// Begins a file that waits for `commit` once it is added.
  ///
  /// - Returns: Its descriptor.
  func begin(_ name: String) throws(FileError) -> CInt {
    precondition(isOpen, "the folder \(path) is already committed or discarded")
    try checkIsNoFolder(name)
    let descriptor = staging.create(name)
    guard descriptor >= 0 else { throw FileError(.unwritable, "\(path)/\(name)", reason) }
    begun.append(name)
    return descriptor
  }

  /// Has `commit` put a file in its place that grew beside checkpoints. It stays there too, for the run to go on from where this process is killed
  /// before that; where the file system has no second names it moves.
  func take(_ name: String, from checkpoints: CheckpointFolder) {
    let (from, to) = (checkpoints.folder.descriptor, staging.descriptor)
    if linkat(from, name, to, name, 0) == 0 || renameat(from, name, to, name) == 0 { begun.append(name) }
    add(name)
  }

  /// Has `commit` put a whole file in its place.
  func add(_ name: String) { names.append(name) }

  /// Writes a text in UTF-8, likewise.
  ///
  /// - Throws: `FileError`, `unwritable`.
  public func write(_ name: String, _ text: String) throws(FileError) {
    var text = text
    let result = text.withUTF8 { part in
      Result { () throws(FileError) in try write(name, [UnsafeRawBufferPointer(part)]) }
    }
    try result.get()
  }

  /// Writes bytes, likewise.
  ///
  /// - Throws: `FileError`, `unwritable`.
  public func write(_ name: String, bytes: [UInt8]) throws(FileError) {
    let result = bytes.withUnsafeBytes { part in
      Result { () throws(FileError) in try write(name, [part]) }
    }
    try result.get()
  }

  /// Has `commit` remove a file of an earlier set that this one does without, or that others made of it.
  ///
  /// - Parameter name: A file, or `folder/file`; where that folder is a link, nothing in it is removed.
  public func omit(_ name: String) { omitted.append(name) }

  /// The files in a folder of this one, which are none where it is a link; nil where it is one.
  package func entries(of name: String) -> [String]? {
    guard claim.folder.kind(of: name) != .link else { return nil }
    return claim.folder.folder(name)?.names ?? []
  }

  // MARK: - Ending

  /// Puts every file in its place, the marker last.
  ///
  /// - Throws: `FileError`, `unwritable`. The old set is then as it was; or, where the fault came while files were put in
  ///   place, whoever opens the folder next goes on with that.
  public func commit() throws(FileError) {
    precondition(isOpen, "the folder \(path) is already committed or discarded")
    precondition(names.contains(marker), "\(marker) marks a whole folder and was not written")
    try checkIsOurs()
    try flushFiles()
    let before = { [goesOn] (step: PendingCommit.Step) throws(PendingCommit.StepProblem) in
      guard goesOn("\(step)") else { throw .death }
    }
    let journal = CommitJournal(placed: names, removed: omitted.filter { claim.folder.holds($0) })
    do throws(PendingCommit.StepProblem) {
      let pending = try PendingCommit(
        of: stagingName, staging, in: claim.folder, journal, marker: marker, before: before)
      isOpen = false
      let state = WholeFolder.Marker(staging, marker)
      guard try pending.finish(before: before) else {
        throw PendingCommit.StepProblem("somebody removed files while they were put in place")
      }
      committed = state.map { WholeFolder(path: path, names: taken, marker: marker, state: $0) }
      whenCommitted()
      claim.lock.release()
    } catch {
      if error.isDeath { abandon() }
      guard !isOpen, !error.isDeath, PendingCommit.isIn(claim.folder) else {
        if !isOpen { claim.lock.release() }
        throw FileError(.unwritable, path, error.sentence)
      }
      claim.lock.release()
      throw FileError(
        .unwritable, path,
        "\(error.sentence); the results are whole in \(PendingCommit.name), and the next command puts them in place"
      )
    }
  }

  /// Removes what was not committed. Does nothing after `commit`.
  public func discard() {
    guard isOpen else { return }
    isOpen = false
    for file in unflushed { close(file.descriptor) }
    unflushed = []
    for name in begun + [CommitJournal.name] { _ = staging.remove(name) }
    claim.folder.removeFolder(stagingName)
    claim.giveUp()
  }

  /// Leaves everything as a killed process does.
  private func abandon() {
    isOpen = false
    for file in unflushed { close(file.descriptor) }
    claim.lock.abandon()
  }
}

// MARK: - Before a commit

extension OutputFolder {
  /// What is true of the folder now; much may have happened while the set was computed.
  private func checkIsOurs() throws(FileError) {
    guard claim.folder.isAt(path) else {
      throw FileError(.unwritable, path, "was removed or renamed while the run went on")
    }
    guard claim.lock.isHeld else {
      throw FileError(
        .unwritable, path,
        "its \(FolderLock.name) was removed while the run went on, and another run may be writing there")
    }
    if !overwrite { try Self.checkIsFree(claim.folder, path, taken, marker) }
    for name in names + omitted {
      guard let slash = name.firstIndex(of: "/") else {
        try checkIsNoFolder(name)
        continue
      }
      let inner = String(name[..<slash])
      if claim.folder.kind(of: inner) == .folder, !claim.folder.mayRemoveFiles(in: inner) {
        throw FileError(.unwritable, "\(path)/\(inner)", FileBytes.systemReason())
      }
    }
  }

  func checkIsNoFolder(_ name: String) throws(FileError) {
    if claim.folder.kind(of: name) == .folder {
      throw FileError(.unwritable, "\(path)/\(name)", "is a folder")
    }
  }

  /// What the system says, or that the folder is gone, which it calls a missing file.
  private var reason: String {
    errno == ENOENT ? "the folder was removed while the run went on" : FileBytes.systemReason()
  }

  private func flushFiles() throws(FileError) {
    guard goesOn("\(PendingCommit.Step.flush)") else {
      abandon()
      throw FileError(.unwritable, path, "killed")
    }
    let waiting = unflushed
    unflushed = []
    // One after the other, in this thread: threads to do it all at once may not be had, and save nothing that lasts.
    var failed: FileError?
    for file in waiting {
      guard let problem = FileBytes.flush(file.descriptor), failed == nil else { continue }
      failed = FileError(.unwritable, "\(path)/\(file.name)", problem)
    }
    if let failed { throw failed }
  }
}

extension FolderHandle {
  /// Whether a name, or one in a folder that is no link, is there.
  fileprivate func holds(_ name: String) -> Bool {
    let parts = name.split(separator: "/", maxSplits: 1)
    guard parts.count == 2 else { return kind(of: name) != nil }
    return folder(String(parts[0]))?.kind(of: String(parts[1])) != nil
  }
}
