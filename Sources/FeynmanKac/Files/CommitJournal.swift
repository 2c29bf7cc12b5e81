import Libc

/// What a commit is about to do, on the disk before it does it, so that whoever comes next can finish it.
struct CommitJournal: Equatable {
  static let name = ".journal"
  private static let firstLine = "fkc commit 1"
  /// Without it the text was cut short.
  private static let lastLine = "end"
  /// No name has one, as names may have line feeds.
  private static let separator: Character = "\0"

  /// Files that are whole and wait beside the journal.
  let placed: [String]
  /// Files of an earlier set, some as `folder/file`.
  let removed: [String]

  init(placed: [String], removed: [String]) {
    self.placed = placed
    self.removed = removed
  }

  var text: String {
    let lines =
      [Self.firstLine] + placed.map { "put \($0)" } + removed.map { "remove \($0)" } + [Self.lastLine]
    return lines.map { "\($0)\(Self.separator)" }.joined()
  }

  /// A journal from its text; nil for one that no commit wrote, or that names anything but the files of the set.
  ///
  /// - Parameter names: Those that the folder is for; of one that is a folder, files in it may be removed.
  init?(_ text: String, names: [String]) {
    var lines = text.split(separator: Self.separator, omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 3, lines.removeLast().isEmpty, lines.removeLast() == Self.lastLine,
      lines.removeFirst() == Self.firstLine
    else { return nil }
    var placed: [String] = []
    var removed: [String] = []
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard words.count == 2 else { return nil }
      let parts = words[1].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard names.contains(parts[0]), parts.count <= 2, !["", ".", ".."].contains(parts.last!) else {
        return nil
      }
      switch words[0] {
      case "put" where parts.count == 1: placed.append(words[1])
      case "remove": removed.append(words[1])
      default: return nil
      }
    }
    self.init(placed: placed, removed: removed)
  }
}

extension CommitJournal {
  /// Far above what a commit of a hundred thousand pictures writes.
  private static let largestSize = 16 << 20

  /// Reads the journal beside waiting files; nil where there is none that a commit wrote.
  init?(in waiting: FolderHandle, names: [String]) {
    let descriptor = openat(waiting.descriptor, Self.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while bytes.count < Self.largestSize {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    self.init(text, names: names)
  }
}
