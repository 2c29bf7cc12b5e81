import Libc

extension FileBytes {
  /// Writes one file so that it is there whole or not at all.
  ///
  /// A link is followed, to the file that it leads to or is to lead to. A device or a pipe is written into and stays
  /// what it is.
  ///
  /// - Throws: `FileError`, `unwritable`; a file that stood there before is then untouched.
  public static func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    if !exists, errno != ENOENT { throw FileError(.unwritable, path, systemReason()) }
    let problem: String?
    switch exists ? status.st_mode & S_IFMT : S_IFREG {
    case S_IFDIR: problem = "is a folder"
    case S_IFSOCK: problem = "is a socket"
    case S_IFREG: problem = replaceFile(path, exists ? status : nil, bytes)
    default: problem = write(bytes, into: path)
    }
    if let problem { throw FileError(.unwritable, path, problem) }
  }

  /// Into a node that is no file, such as a terminal, `/dev/null` or a pipe with a name.
  private static func write(_ bytes: [UInt8], into path: String) -> String? {
    let descriptor = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { return systemReason() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFREG else {
      return "became a file meanwhile"
    }
    return bytes.withUnsafeBytes { write($0, to: descriptor) }
  }

  /// - Parameter old: The file that is there; nil for none.
  private static func replaceFile(_ path: String, _ old: stat?, _ bytes: [UInt8]) -> String? {
    guard let target = target(of: path, exists: old != nil) else { return systemReason() }
    let slash = target.lastIndex(of: "/")
    let name = String(slash.map { target[target.index(after: $0)...] } ?? target[...])
    guard !name.isEmpty, name != ".", name != ".." else { return "is not the name of a file" }
    let folderPath = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
    guard let folder = FolderHandle(path: folderPath) else { return systemReason() }
    // Renaming needs no right to write into the old file; replacing it should.
    if old != nil, access(target, W_OK) != 0 { return systemReason() }
    guard let (temporary, descriptor) = folder.createFile(prefix: FolderClaim.stagingPrefix) else {
      return systemReason()
    }
    if let old { fchmod(descriptor, old.st_mode & 0o777) }
    let problem = bytes.withUnsafeBytes { write($0, to: descriptor) }
    let flushed = flush(descriptor)
    if let problem = problem ?? flushed {
      _ = folder.remove(temporary)
      return problem
    }
    guard renameat(folder.descriptor, temporary, folder.descriptor, name) == 0 else {
      let reason = systemReason()
      _ = folder.remove(temporary)
      return reason
    }
    return nil
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
