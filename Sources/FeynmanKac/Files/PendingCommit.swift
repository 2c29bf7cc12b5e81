import Libc

/// A set of files that is whole and on the disk, but not all of it in its place.
///
/// It is a hidden folder with the files and a journal, which got its name in one step: before that step the old set is
/// whole, after it the new one is, and whoever takes the folder's lock puts it in place. Every step may be taken again.
struct PendingCommit {
  static let name = ".partial-commit"

  /// How far a commit has come, for tests that end it there.
  enum Step: Equatable {
    case flush, writeJournal, begin
    case remove(String)
    case place(String)
    case close
  }

  let folder: FolderHandle
  private let waiting: FolderHandle
  private let journal: CommitJournal
  private let marker: String

  private init(_ folder: FolderHandle, _ waiting: FolderHandle, _ journal: CommitJournal, marker: String) {
    self.folder = folder
    self.waiting = waiting
    self.journal = journal
    self.marker = marker
  }

  /// Makes a folder of finished files the pending commit: the one step that decides.
  ///
  /// - Throws: A sentence; the old set is then as it was.
  init(
    of staging: String, _ waiting: FolderHandle, in folder: FolderHandle, _ journal: CommitJournal,
    marker: String, before: (Step) throws(StepProblem) -> Void
  ) throws(StepProblem) {
    try before(.writeJournal)
    var text = journal.text
    let descriptor = waiting.create(CommitJournal.name)
    guard descriptor >= 0 else { throw StepProblem() }
    let problem = text.withUTF8 { FileBytes.write(UnsafeRawBufferPointer($0), to: descriptor) }
    if let problem {
      close(descriptor)
      throw StepProblem(problem)
    }
    if let problem = FileBytes.flush(descriptor) { throw StepProblem(problem) }
    waiting.flush()
    try before(.begin)
    guard renameat(folder.descriptor, staging, folder.descriptor, Self.name) == 0 else { throw StepProblem() }
    folder.flush()
    self.init(folder, waiting, journal, marker: marker)
  }

  // MARK: - Finding one

  static func isIn(_ folder: FolderHandle) -> Bool { folder.kind(of: name) == .folder }

  /// Whether something of the set is not in its place yet. Where only the clean-up is left, which a disk that is read-only by now does not allow,
  /// the set is whole.
  static func isUnfinished(in folder: FolderHandle, names: [String], marker: String) -> Bool {
    guard isIn(folder) else { return false }
    // The marker is the last to be placed.
    guard let waiting = folder.folder(name), folder.kind(of: marker) == .file,
      waiting.names.allSatisfy({ $0 == CommitJournal.name })
    else { return true }
    let journal = CommitJournal(in: waiting, names: names + [marker])
    return journal.map { !$0.placed.contains(marker) } ?? !waiting.names.isEmpty
  }

  /// Puts in place what a process that was killed had begun to. Needs the folder's lock.
  ///
  /// - Throws: A sentence.
  static func finish(in folder: FolderHandle, names: [String], marker: String) throws(StepProblem) {
    guard isIn(folder) else { return }
    guard let waiting = folder.folder(name) else { throw StepProblem() }
    guard let journal = CommitJournal(in: waiting, names: names + [marker]) else {
      // The journal is the last to go.
      if folder.removeFolder(name) { return }
      throw StepProblem("\(name) is not of a run; remove it")
    }
    _ = try PendingCommit(folder, waiting, journal, marker: marker).finish { _ in }
  }

  // MARK: - Finishing it

  /// Puts every file in its place, the marker last.
  ///
  /// - Returns: False where somebody took a file away meanwhile; there is no marker then.
  /// - Throws: A sentence; the commit is then pending still.
  func finish(before: (Step) throws(StepProblem) -> Void) throws(StepProblem) -> Bool {
    // An old marker would mark a mixture.
    if waiting.kind(of: marker) != nil { try remove(marker, before) }
    for name in journal.removed { try remove(name, before) }
    var isWhole = true
    for name in journal.placed where name != marker {
      try place(name, before)
      isWhole = isWhole && folder.kind(of: name) == .file
    }
    folder.flush()
    if isWhole { try place(marker, before) } else { _ = waiting.remove(marker) }
    try before(.close)
    _ = waiting.remove(CommitJournal.name)
    folder.removeFolder(Self.name)
    folder.flush()
    return isWhole
  }

  private func remove(_ name: String, _ before: (Step) throws(StepProblem) -> Void) throws(StepProblem) {
    try before(.remove(name))
    guard folder.remove(name) else { throw StepProblem("\(name): \(FileBytes.systemReason())") }
  }

  private func place(_ name: String, _ before: (Step) throws(StepProblem) -> Void) throws(StepProblem) {
    guard waiting.kind(of: name) != nil else { return }
    try before(.place(name))
    guard renameat(waiting.descriptor, name, folder.descriptor, name) == 0 else {
      throw StepProblem("\(name): \(FileBytes.systemReason())")
    }
  }

  /// Why a step was not taken.
  struct StepProblem: Error {
    let sentence: String
    /// The process is to be taken as killed there.
    var isDeath = false

    init(_ sentence: String = FileBytes.systemReason()) { self.sentence = sentence }

    static var death: StepProblem {
      var problem = StepProblem("killed")
      problem.isDeath = true
      return problem
    }
  }
}
