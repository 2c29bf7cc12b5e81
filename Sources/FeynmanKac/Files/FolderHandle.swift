import Libc

/// An open folder. Names are looked up in it whatever becomes of its path, and a link among them is never followed.
final class FolderHandle {
  let descriptor: CInt

  enum Kind: Equatable {
    case file, folder, link
    /// A device, a pipe or a socket.
    case other
  }

  /// Opens a folder; nil, with `errno` set, where the path leads to none that can be opened.
  convenience init?(path: String) {
    self.init(taking: open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
  }

  /// Opens a folder of our own, where a link is none.
  convenience init?(ownPath path: String) {
    self.init(taking: open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
  }

  private init?(taking descriptor: CInt) {
    guard descriptor >= 0 else { return nil }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// A folder in this one; nil, with `errno` set, where the name is not that of a folder itself, such as a link to one.
  func folder(_ name: String) -> FolderHandle? {
    FolderHandle(taking: openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
  }

  // MARK: - Looking

  var identity: FileIdentity? { FileIdentity(descriptor: descriptor) }

  /// Whether a path leads to this folder still.
  func isAt(_ path: String) -> Bool { identity.map { $0 == FileIdentity(path: path) } ?? false }

  /// What a name stands for; nil where there is none.
  func status(of name: String) -> stat? {
    var status = stat()
    return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
  }

  func kind(of name: String) -> Kind? {
    guard let status = status(of: name) else { return nil }
    return switch status.st_mode & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .folder
    case S_IFLNK: .link
    default: .other
    }
  }

  /// The names inside, in order. Those that are no UTF-8 are none of ours.
  var names: [String] {
    let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0 else { return [] }
    guard let stream = fdopendir(copy) else {
      close(copy)
      return []
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
      }
      if let name, name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  // MARK: - Changing

  /// Makes a new file; -1, with `errno` set, where something of that name is there.
  func create(_ name: String) -> CInt {
    openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
  }

  /// What follows the name of a file that is being copied.
  static let copySuffix = ".next"

  /// Opens a file to go on writing it; -1, with `errno` set, where there is none. One that has another name too is copied first, and the other
  /// stays as it is.
  func openOwn(_ name: String) -> CInt {
    let file = openat(descriptor, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
    var status = stat()
    guard file >= 0, fstat(file, &status) == 0, status.st_nlink > 1 else { return file }
    defer { close(file) }
    let aside = name + Self.copySuffix
    guard remove(aside) else { return -1 }
    let copy = create(aside)
    guard copy >= 0 else { return -1 }
    let problem = withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer -> String? in
      while true {
        let count = read(file, buffer.baseAddress, buffer.count)
        if count == 0 { return nil }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return FileBytes.systemReason() }
        if let problem = FileBytes.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: copy) {
          return problem
        }
      }
    }
    guard problem == nil, renameat(descriptor, aside, descriptor, name) == 0 else {
      close(copy)
      return -1
    }
    return copy
  }

  /// Makes a folder with a name that nothing has yet, and opens it.
  func makeFolder(prefix: String) -> (name: String, handle: FolderHandle)? {
    for number in 0..<1000 {
      let name = "\(prefix)\(getpid())" + (number == 0 ? "" : "-\(number)")
      if mkdirat(descriptor, name, 0o777) == 0 { return folder(name).map { (name, $0) } }
      if errno != EEXIST { return nil }
    }
    return nil
  }

  /// Removes a name, of a link never what it leads to.
  ///
  /// - Parameter name: A file, or a file in a folder, as `pictures/a.svg`. A link in place of the folder is not followed.
  /// - Returns: False, with `errno` set, where it is there still.
  func remove(_ name: String) -> Bool {
    let parts = name.split(separator: "/", maxSplits: 1)
    guard parts.count == 2 else { return unlinkat(descriptor, name, 0) == 0 || errno == ENOENT }
    guard let inner = folder(String(parts[0])) else { return true }
    return inner.remove(String(parts[1]))
  }

  /// Whether this process may remove files in a folder of this one; false with `errno` set.
  func mayRemoveFiles(in name: String) -> Bool { faccessat(descriptor, name, W_OK | X_OK, 0) == 0 }

  /// Removes a folder that is empty.
  @discardableResult
  func removeFolder(_ name: String) -> Bool { unlinkat(descriptor, name, AT_REMOVEDIR) == 0 }

  /// A rename is on the disk only when its folder is.
  func flush() { fsync(descriptor) }
}
