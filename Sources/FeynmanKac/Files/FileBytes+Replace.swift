import Libc

extension FileBytes {
  /// Writes one file so that it is there whole or not at all.
  ///
  /// A link is followed, to the file that it leads to or is to lead to. A device or a pipe is written into and stays
  /// what it is.
  ///
  /// - Throws: `FileError`, `unwritable`; a file that stood there before is then untouched.
  public static func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    try replace(path) { descriptor throws(FileError) in try write(bytes, to: descriptor, shownAs: path) }
  }

  /// Writes one file likewise.
  ///
  /// - Parameter body: Is handed an open descriptor.
  /// - Throws: `FileError`, `unwritable`, and what `body` throws.
  package static func replace(_ path: String, by body: (CInt) throws(FileError) -> Void) throws(FileError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    if !exists, errno != ENOENT { throw FileError(.unwritable, path, systemReason()) }
    switch exists ? status.st_mode & S_IFMT : S_IFREG {
    case S_IFDIR: throw FileError(.unwritable, path, "is a folder")
    case S_IFSOCK: throw FileError(.unwritable, path, "is a socket")
    case S_IFREG: try replaceFile(path, exists ? status : nil, body)
    default: try write(into: path, body)
    }
  }

  /// Into a node that is no file, such as a terminal, `/dev/null` or a pipe with a name.
  private static func write(into path: String, _ body: (CInt) throws(FileError) -> Void) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(.unwritable, path, systemReason()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFREG else {
      throw FileError(.unwritable, path, "became a file meanwhile")
    }
    try body(descriptor)
  }

  /// - Parameter old: The file that is there; nil for none.
  private static func replaceFile(_ path: String, _ old: stat?, _ body: (CInt) throws(FileError) -> Void)
    throws(FileError)
  {
    func failed(_ problem: String) -> FileError { FileError(.unwritable, path, problem) }
    guard let target = target(of: path, exists: old != nil) else { throw failed(systemReason()) }
    let slash = target.lastIndex(of: "/")
    let name = String(slash.map { target[target.index(after: $0)...] } ?? target[...])
    guard !name.isEmpty, name != ".", name != ".." else { throw failed("is not the name of a file") }
    let folderPath = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
    guard let folder = FolderHandle(path: folderPath) else { throw failed(systemReason()) }
    // Renaming needs no right to write into the old file; replacing it should.
    if old != nil, access(target, W_OK) != 0 { throw failed(systemReason()) }
    guard let (temporary, descriptor) = folder.createFile(prefix: FolderClaim.stagingPrefix) else {
      throw failed(systemReason())
    }
    if let old { fchmod(descriptor, old.st_mode & 0o777) }
    do throws(FileError) { try body(descriptor) } catch {
      close(descriptor)
      _ = folder.remove(temporary)
      throw error
    }
    if let problem = flush(descriptor) {
      _ = folder.remove(temporary)
      throw failed(problem)
    }
    guard renameat(folder.descriptor, temporary, folder.descriptor, name) == 0 else {
      let reason = systemReason()
      _ = folder.remove(temporary)
      throw failed(reason)
    }
  }

  /// The path behind all links; nil, with `errno` set, where they lead nowhere.
  private static func target(of path: String, exists: Bool) -> String? {
    if exists {
      guard let resolved = realpath(path, nil) else { return nil }
      defer { free(resolved) }
      return String(cString: resolved)
    }
    // A link may lead to a file that is still to be made.
    var path = path
    for _ in 0..<40 {
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(path, &buffer, buffer.count)
      guard count >= 0 else { return path }
      let next = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if next.hasPrefix("/") {
        path = next
      } else {
        path = (path.lastIndex(of: "/").map { String(path[...$0]) } ?? "") + next
      }
    }
    errno = ELOOP
    return nil
  }
}

extension FolderHandle {
  /// Makes a file with a name that nothing has yet.
  fileprivate func createFile(prefix: String) -> (name: String, descriptor: CInt)? {
    for number in 0..<1000 {
      let name = "\(prefix)\(getpid())" + (number == 0 ? "" : "-\(number)")
      let descriptor = create(name)
      if descriptor >= 0 { return (name, descriptor) }
      if errno != EEXIST { return nil }
    }
    return nil
  }
}
