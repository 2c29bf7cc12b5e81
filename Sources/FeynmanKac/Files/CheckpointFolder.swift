import Libc

/// Where a run keeps its last two checkpoints, each written aside, flushed and then renamed: one of them is whole at any instant. Files
/// that grow while it samples are beside them.
///
/// One process at a time writes there; whoever makes this sees to that. A link in place of the folder is not followed.
package final class CheckpointFolder {
  /// What the file of a checkpoint is called: `state-0` and `state-1` by turns, followed by the first island where a file does not begin with island 0.
  private static func stateName(_ number: Int, firstIsland: Int) -> String {
    "state-\(number % 2)" + suffix(firstIsland)
  }
  /// The one that is being written.
  private static func nextName(firstIsland: Int) -> String { "state-next" + suffix(firstIsland) }

  private static func suffix(_ firstIsland: Int) -> String { firstIsland == 0 ? "" : "-\(firstIsland)" }

  private static func isState(_ name: String) -> Bool {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    return (2...3).contains(parts.count) && parts[0] == "state" && ["0", "1", "next"].contains(parts[1])
      && parts.dropFirst(2).allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
  }

  /// The files of whole checkpoints in a folder.
  static func stateNames(in path: String) -> [String] {
    CheckpointFolder(at: path)?.stateNames ?? []
  }

  private var stateNames: [String] {
    folder.names.filter { Self.isState($0) && !$0.hasPrefix("state-next") }
  }

  /// What a run has found out before its first step.
  static let notesName = "notes"
  private static let nextNotesName = "notes-next"

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

  /// Whether there is a checkpoint, whole or not, or what a run has found out before its first one.
  package var hasStates: Bool { !stateNames.isEmpty || holds(Self.notesName) }

  /// Writes the checkpoint of a number, counted from 0, in place of the last but one.
  ///
  /// - Parameters:
  ///   - first: The first island whose state it is; those of one number may be in several files.
  ///   - islands: The islands of the process that are written, counted within it; nil for all.
  /// - Throws: `FileError`, unwritable; the others are as they were.
  func write(
    _ number: Int, firstIsland first: Int = 0, of islands: Range<Int>? = nil,
    _ body: (StateExchange) throws -> Void
  ) throws {
    let name = Self.stateName(number, firstIsland: first)
    try folder.writeState(name, aside: Self.nextName(firstIsland: first), in: path, of: islands, body)
  }

  /// Whether a file is beside the checkpoints.
  package func holds(_ name: String) -> Bool { folder.kind(of: name) == .file }

  /// Writes what a run has found out before its first step, in place of what was known before.
  ///
  /// - Throws: `FileError`, unwritable; what was there is as it was.
  func writeNotes(_ body: (StateExchange) throws -> Void) throws {
    try folder.writeState(Self.notesName, aside: Self.nextNotesName, in: path, of: nil, body)
  }

  /// Removes what a run has found out before its first step: its checkpoints have it too.
  func removeNotes() {
    for name in [Self.notesName, Self.nextNotesName] { _ = folder.remove(name) }
  }

  /// Removes the checkpoints of an earlier run.
  package func removeStates() {
    for name in folder.names where Self.isState(name) { _ = folder.remove(name) }
  }

  /// Removes what a run left that was killed right after its end, unless somebody is writing there now.
  ///
  /// - Parameters:
  ///   - name: The folder's name in that of the run.
  ///   - isOther: Whether a name is that of a file that grew there.
  ///   - keepsStates: A folder with a checkpoint stays, which may be of another run.
  package static func tidy(
    _ name: String, in run: String, keepsStates: Bool = false, _ isOther: (String) -> Bool
  ) {
    guard let own = CheckpointFolder(at: "\(run)/\(name)"), !(keepsStates && own.hasStates),
      let folder = FolderHandle(path: run),
      case .held(let lock) = FolderLock.attempt(in: folder)
    else { return }
    own.remove(isOther)
    lock.release()
  }

  /// Removes the checkpoints and files beside them, and the folder where nothing else is in it.
  ///
  /// - Parameter isOther: Whether a name is that of a file that grew there.
  package func remove(_ isOther: (String) -> Bool) {
    removeStates()
    removeNotes()
    for name in folder.names {
      let own =
        name.hasSuffix(FolderHandle.copySuffix) ? String(name.dropLast(FolderHandle.copySuffix.count)) : name
      if isOther(own) { _ = folder.remove(name) }
    }
    rmdir(path)
  }

  /// Begins a file beside the checkpoints, or opens it to go on.
  ///
  /// - Throws: `FileError`, unwritable.
  func begin(_ name: String, isNew: Bool) throws(FileError) -> CInt {
    if isNew { _ = folder.remove(name) }
    let descriptor = isNew ? folder.create(name) : folder.openOwn(name)
    guard descriptor >= 0 else { throw FileError(.unwritable, "\(path)/\(name)", FileBytes.systemReason()) }
    return descriptor
  }
}

extension FolderHandle {
  /// Writes a file aside, flushes it and puts it in its place.
  ///
  /// - Throws: `FileError`, unwritable; a file that is there is as it was.
  static func writePart(_ path: String, _ body: (CInt) throws -> Void) throws {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let name = String(slash.map { path[path.index(after: $0)...] } ?? path[...])
    guard let handle = FolderHandle(path: folder) else {
      throw FileError(.unwritable, path, FileBytes.systemReason())
    }
    try handle.write(name, aside: name + copySuffix, in: folder, body)
  }

  /// Writes a file of state aside, flushes it and gives it its name.
  ///
  /// - Parameters:
  ///   - next: Its name until then.
  ///   - path: Where the folder is, for errors.
  ///   - islands: The islands of the process that are written, counted within it; nil for all.
  /// - Throws: `FileError`, unwritable; a file that has the name is as it was.
  func writeState(
    _ name: String, aside next: String, in path: String, of islands: Range<Int>?,
    _ body: (StateExchange) throws -> Void
  ) throws {
    try write(name, aside: next, in: path) { file in
      let writer = StateFileWriter(file, shownAs: "\(path)/\(name)")
      try body(StateExchange(to: writer, islands: islands))
      try writer.finish()
    }
  }

  private func write(_ name: String, aside next: String, in path: String, _ body: (CInt) throws -> Void)
    throws
  {
    let shown = "\(path)/\(name)"
    let file = remove(next) ? create(next) : -1
    guard file >= 0 else { throw FileError(.unwritable, shown, FileBytes.systemReason()) }
    do { try body(file) } catch {
      close(file)
      _ = remove(next)
      throw error
    }
    let problem = FileBytes.flush(file)
    let former = FormerFile(name, in: self)
    defer { former?.letGo() }
    guard problem == nil, renameat(descriptor, next, descriptor, name) == 0 else {
      let reason = problem ?? FileBytes.systemReason()
      _ = remove(next)
      throw FileError(.unwritable, shown, reason)
    }
    flush()
  }
}

/// A large file that another one takes the place of. The system frees all that it holds once nobody has it open, which takes long: a thread of its own
/// waits for that, and not the run.
private struct FormerFile {
  private let descriptor: CInt
  /// Bytes from which on it matters.
  private static let least = 1 << 26

  /// Opens it; nil where there is none, or where it is small.
  init?(_ name: String, in folder: FolderHandle) {
    let file = openat(folder.descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { return nil }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_size >= Self.least else {
      close(file)
      return nil
    }
    descriptor = file
  }

  func letGo() {
    let descriptor = descriptor
    if HelperThread.start(name: "fk-close", { close(descriptor) }) != 0 { close(descriptor) }
  }
}
